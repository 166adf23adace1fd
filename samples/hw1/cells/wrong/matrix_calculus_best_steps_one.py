"""One for all."""
# cell: calculus-best_steps-code
# must fail: calculus.best_steps
def best_steps():
    return 1e-5, 1e-5, 1.1e-5, 1.1e-5

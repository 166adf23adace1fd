"""The smaller the better."""
# cell: calculus-best_steps-code
# must fail: calculus.best_steps
def best_steps():
    return 1e-13, 1e-13, 1e-7, 1e-7

"""Forward and central exchanged."""
# cell: calculus-best_steps-code
# must fail: calculus.best_steps
def best_steps():
    return 6e-6, 1e-8, 5e-3, 3e-4

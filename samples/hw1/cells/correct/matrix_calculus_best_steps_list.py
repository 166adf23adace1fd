"""A list."""
# cell: calculus-best_steps-code
# question: calculus.best_steps
def best_steps():
    return [1e-8, 1e-6, 1e-4, 1e-3]

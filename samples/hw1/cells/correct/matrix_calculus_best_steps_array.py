"""An array."""
# cell: calculus-best_steps-code
# question: calculus.best_steps
def best_steps():
    return np.array([2e-8, 5e-6, 3e-4, 6e-3])

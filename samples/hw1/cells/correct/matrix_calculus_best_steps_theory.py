"""Roots of machine epsilon."""
# cell: calculus-best_steps-code
# question: calculus.best_steps
def best_steps():
    eps = [np.finfo(t).eps for t in (np.float64, np.float32)]
    return eps[0] ** 0.5, eps[0] ** (1 / 3), eps[1] ** 0.5, eps[1] ** (1 / 3)

"""np.abs of a sum."""
# cell: calculus-wiggle-code
# question: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    return np.abs(f(x + dx) - f(x) - np.sum(dx * gradient))

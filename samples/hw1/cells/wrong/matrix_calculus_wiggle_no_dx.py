"""Without dx."""
# cell: calculus-wiggle-code
# must fail: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    return abs(f(x + dx) - f(x) - np.sum(gradient))

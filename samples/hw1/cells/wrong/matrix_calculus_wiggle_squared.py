"""Squared."""
# cell: calculus-wiggle-code
# must fail: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    return (f(x + dx) - f(x) - dx @ gradient) ** 2

"""Moves x."""
# cell: calculus-wiggle-code
# must fail: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    old = f(x)
    x += dx
    return abs(f(x) - old - dx @ gradient)

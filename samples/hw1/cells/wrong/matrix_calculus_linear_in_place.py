"""Scales x in place."""
# cell: calculus-linear-code
# must fail: calculus.linear
def gradient_of_linear(theta, x):
    x *= 0
    x += theta
    return x

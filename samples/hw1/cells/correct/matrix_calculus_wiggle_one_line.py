"""One line."""
# cell: calculus-wiggle-code
# question: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    return abs(f(x + dx) - f(x) - dx @ gradient)

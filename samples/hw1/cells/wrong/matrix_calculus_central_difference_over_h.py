"""Over h."""
# cell: calculus-central_difference-code
# must fail: calculus.central_difference
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / h

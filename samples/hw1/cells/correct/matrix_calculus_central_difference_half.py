"""0.5 as a factor."""
# cell: calculus-central_difference-code
# question: calculus.central_difference
def central_difference(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h

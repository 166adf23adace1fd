"""Mean of both sides."""
# cell: calculus-central_difference-code
# question: calculus.central_difference
def central_difference(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2

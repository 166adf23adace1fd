"""Half the step on each side."""
# cell: calculus-central_difference-code
# must fail: calculus.central_difference
def central_difference(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h

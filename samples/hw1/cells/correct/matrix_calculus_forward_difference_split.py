"""A generator of two values."""
# cell: calculus-forward_difference-code
# question: calculus.forward_difference
def forward_difference(f, x, h):
    there, here = (f(p) for p in (x + h, x))
    return (there - here) / h

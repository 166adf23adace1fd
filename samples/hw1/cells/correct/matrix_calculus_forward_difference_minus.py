"""Minus both."""
# cell: calculus-forward_difference-code
# question: calculus.forward_difference
def forward_difference(f, x, h):
    return (f(x) - f(x + h)) / -h

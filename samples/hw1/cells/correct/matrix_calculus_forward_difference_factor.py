"""1/h."""
# cell: calculus-forward_difference-code
# question: calculus.forward_difference
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) * (1 / h)

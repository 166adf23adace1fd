"""Named values."""
# cell: calculus-forward_difference-code
# question: calculus.forward_difference
def forward_difference(f, x, h):
    here, there = f(x), f(x + h)
    return (there - here) / h

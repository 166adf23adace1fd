"""Not divided."""
# cell: calculus-forward_difference-code
# must fail: calculus.forward_difference
def forward_difference(f, x, h):
    return f(x + h) - f(x)

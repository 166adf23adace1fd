"""In float64 always."""
# cell: calculus-forward_difference-code
# must fail: calculus.forward_difference
def forward_difference(f, x, h):
    x, h = np.float64(x), np.float64(h)
    return (f(x + h) - f(x)) / h

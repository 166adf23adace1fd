"""In float64 always."""
# cell: calculus-central_difference-code
# must fail: calculus.central_difference
def central_difference(f, x, h):
    x, h = np.float64(x), np.float64(h)
    return (f(x + h) - f(x - h)) / (2 * h)

"""Named values."""
# cell: calculus-central_difference-code
# question: calculus.central_difference
def central_difference(f, x, h):
    left, right = x - h, x + h
    up, down = f(right), f(left)
    return (up - down) / (h + h)

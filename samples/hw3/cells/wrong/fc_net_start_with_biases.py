"""Biases are counted."""
# cell: fc-start-code
# must fail: fc.start
def loss_at_start(sizes, weight_scale, reg):
    return np.log(sizes[-1]) + 0.5 * reg * weight_scale**2 * sum(a * b + b for a, b in zip(sizes, sizes[1:]))

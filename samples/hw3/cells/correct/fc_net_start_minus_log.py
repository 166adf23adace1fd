"""Minus the log of 1 / C, and a dot product."""
# cell: fc-start-code
# question: fc.start
def loss_at_start(sizes, weight_scale, reg):
    n = np.array(sizes, dtype=float)
    return -np.log(1 / n[-1]) + 0.5 * reg * weight_scale**2 * n[1:] @ n[:-1]

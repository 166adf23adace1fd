"""In proportion to p."""
# cell: probability-nine_heads-code
# must fail: probability.nine_heads
def nine_heads():
    p = np.array([0.5, 0.55, 0.6])
    return tuple(p / p.sum())

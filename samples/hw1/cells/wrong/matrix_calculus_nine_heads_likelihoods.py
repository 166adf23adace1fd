"""Likelihoods, normalized by nothing."""
# cell: probability-nine_heads-code
# must fail: probability.nine_heads
def nine_heads():
    p = np.array([0.5, 0.55, 0.6])
    return tuple(p**9 * (1 - p))

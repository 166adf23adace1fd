"""P(b, c)."""
# cell: probability-second_factor-code
# must fail: probability.second_factor
def second_factor(joint):
    m = joint.sum(axis=(0, 3, 4))
    return np.broadcast_to(m[:, :, None, None], (2, 2, 2, 2)).copy()

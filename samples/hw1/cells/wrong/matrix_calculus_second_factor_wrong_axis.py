"""Sums e away."""
# cell: probability-second_factor-code
# must fail: probability.second_factor
def second_factor(joint):
    m = joint.sum(axis=4)
    return m / m.sum(axis=(0, 1))

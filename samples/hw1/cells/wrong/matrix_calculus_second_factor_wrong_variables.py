"""P(d, e | b, c)."""
# cell: probability-second_factor-code
# must fail: probability.second_factor
def second_factor(joint):
    m = joint.sum(axis=0)
    return m / m.sum(axis=(2, 3), keepdims=True)

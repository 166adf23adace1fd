"""P(b, c, d, e)."""
# cell: probability-second_factor-code
# must fail: probability.second_factor
def second_factor(joint):
    return joint.sum(axis=0)

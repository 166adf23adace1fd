"""P(b | c, d, e) P(c | d, e)."""
# cell: probability-second_factor-code
# question: probability.second_factor
def second_factor(joint):
    bcde = joint.sum(0)
    cde = bcde.sum(0)
    de = cde.sum(0)
    return (bcde / cde) * (cde / de)

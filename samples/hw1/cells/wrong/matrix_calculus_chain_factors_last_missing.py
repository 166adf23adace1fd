"""P(e) is uniform."""
# cell: probability-chain_factors-code
# must fail: probability.chain_factors
def chain_factors(joint):
    m = [joint.sum(axis=tuple(range(i))) for i in range(5)]
    return m[0] / m[1], m[1] / m[2], m[2] / m[3], m[3] / m[4], np.ones(2) / 2

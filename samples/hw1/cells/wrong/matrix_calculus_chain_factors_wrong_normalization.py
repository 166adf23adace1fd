"""Divided by the total."""
# cell: probability-chain_factors-code
# must fail: probability.chain_factors
def chain_factors(joint):
    m = [joint.sum(axis=tuple(range(i))) for i in range(5)]
    return tuple(t / t.sum() for t in m)

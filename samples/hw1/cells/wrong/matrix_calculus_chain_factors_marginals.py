"""Not divided."""
# cell: probability-chain_factors-code
# must fail: probability.chain_factors
def chain_factors(joint):
    return tuple(joint.sum(axis=tuple(range(i))) for i in range(5))

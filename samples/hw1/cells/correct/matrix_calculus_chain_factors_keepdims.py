"""keepdims."""
# cell: probability-chain_factors-code
# question: probability.chain_factors
def chain_factors(joint):
    def conditional(t):
        return t / t.sum(axis=0, keepdims=True)
    return tuple(conditional(joint.sum(axis=tuple(range(i)))) for i in range(5))

"""Recursive."""
# cell: probability-chain_factors-code
# question: probability.chain_factors
def chain_factors(joint):
    def factors(t):
        if t.ndim == 1:
            return [t]
        return [t / t.sum(axis=0), *factors(t.sum(axis=0))]
    return factors(joint)

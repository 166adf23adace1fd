"""einsum."""
# cell: probability-chain_factors-code
# question: probability.chain_factors
def chain_factors(joint):
    names = 'abcde'
    m = [np.einsum('abcde->' + names[i:], joint) for i in range(6)]
    return [m[i] / m[i + 1] for i in range(5)]

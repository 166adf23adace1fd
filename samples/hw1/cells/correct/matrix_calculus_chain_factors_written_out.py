"""Written out."""
# cell: probability-chain_factors-code
# question: probability.chain_factors
def chain_factors(joint):
    bcde = joint.sum(axis=0)
    cde = bcde.sum(axis=0)
    de = cde.sum(axis=0)
    e = de.sum(axis=0)
    return joint / bcde, bcde / cde, cde / de, de / e, e

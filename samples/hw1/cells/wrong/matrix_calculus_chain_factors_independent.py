"""As if independent."""
# cell: probability-chain_factors-code
# must fail: probability.chain_factors
def chain_factors(joint):
    out = []
    for i in range(5):
        p = joint.sum(axis=tuple(j for j in range(5) if j != i))
        out.append(np.broadcast_to(p.reshape((2,) + (1,) * (4 - i)), (2,) * (5 - i)).copy())
    return tuple(out)

"""From e on."""
# cell: probability-chain_factors-code
# must fail: probability.chain_factors
def chain_factors(joint):
    out, t = [], joint
    for _ in range(5):
        out.append(t / t.sum(axis=-1, keepdims=True))
        t = t.sum(axis=-1)
    return tuple(out)

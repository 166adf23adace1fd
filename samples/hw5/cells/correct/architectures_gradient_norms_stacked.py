# cell: architectures-gradient_norms-code
# question: architectures.gradient_norms
def gradient_norms(weights, x, upstream, skip):
    hs = [x]
    for W in weights:
        hs.append(np.maximum(hs[-1] @ W.T, 0) + (hs[-1] if skip else 0))
    ds = [upstream]
    for W, h in zip(weights[::-1], hs[-2::-1]):
        ds.append(((h @ W.T > 0) * ds[-1]) @ W + (ds[-1] if skip else 0))
    return np.linalg.norm(np.array(ds[:0:-1]), axis=(1, 2))

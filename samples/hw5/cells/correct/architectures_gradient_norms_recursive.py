# cell: architectures-gradient_norms-code
# question: architectures.gradient_norms
def gradient_norms(weights, x, upstream, skip):
    def go(h, rest):
        if not rest:
            return upstream, []
        W = rest[0]
        z = h @ W.T
        d, norms = go(np.maximum(z, 0) + skip * h, rest[1:])
        d = np.where(z > 0, d, 0) @ W + skip * d
        return d, [float((d * d).sum() ** 0.5), *norms]

    return go(x, list(weights))[1]

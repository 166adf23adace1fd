# cell: architectures-gradient_norms-code
# question: architectures.gradient_norms
def gradient_norms(weights, x, upstream, skip):
    masks, h = [], x
    for W in weights:
        z = h @ W.T
        masks.append((z > 0).astype(float))
        h = h * skip + z * masks[-1]
    sizes, d = [0.0] * len(weights), upstream
    for layer in range(len(weights) - 1, -1, -1):
        d = d * skip + (d * masks[layer]) @ weights[layer]
        sizes[layer] = np.sqrt((d**2).sum())
    return sizes

# The weights are not transposed back.
# cell: architectures-gradient_norms-code
# must fail: architectures.gradient_norms
def gradient_norms(weights, x, upstream, skip):
    active, h = [], x
    for W in weights:
        z = h @ W.T
        active.append(z > 0)
        h = np.maximum(z, 0) + (h if skip else 0)
    norms, dh = [], upstream
    for W, on in zip(reversed(weights), reversed(active)):
        dh = (dh * on) @ W.T + (dh if skip else 0)
        norms.append(float(np.linalg.norm(dh)))
    return norms[::-1]

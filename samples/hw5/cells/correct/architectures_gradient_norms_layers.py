# cell: architectures-gradient_norms-code
# question: architectures.gradient_norms
def gradient_norms(weights, x, upstream, skip):
    caches, h = [], x
    for W in weights:
        z, affine = affine_forward(h, W, np.zeros(len(W)))
        out, relu = relu_forward(z)
        h = h + out if skip else out
        caches.append((affine, relu))
    norms = []
    for affine, relu in caches[::-1]:
        down = affine_backward(relu_backward(upstream, relu), affine)[0]
        upstream = upstream + down if skip else down
        norms.insert(0, np.linalg.norm(upstream))
    return np.array(norms)

"""Three loops."""
# cell: two_layer-collapse-code
# question: two_layer.collapse
def collapse(W1, b1, W2, b2):
    W, b = np.zeros((W2.shape[0], W1.shape[1])), b2.copy()
    for c in range(W2.shape[0]):
        for h in range(W1.shape[0]):
            b[c] += W2[c, h] * b1[h]
            for d in range(W1.shape[1]):
                W[c, d] += W2[c, h] * W1[h, d]
    return W, b

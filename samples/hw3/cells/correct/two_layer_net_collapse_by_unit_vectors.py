"""Tried out on unit vectors."""
# cell: two_layer-collapse-code
# question: two_layer.collapse
def collapse(W1, b1, W2, b2):
    def both(X):
        return (X @ W1.T + b1) @ W2.T + b2

    D = W1.shape[1]
    b = both(np.zeros((1, D)))[0]
    return (both(np.eye(D)) - b).T, b

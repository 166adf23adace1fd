# cell: batchnorm-undo-code
# question: batchnorm.undo
def undo(x, eps):
    beta = np.einsum("nd->d", x) / x.shape[0]
    d = x - beta
    return ((d * d).mean(0) + eps) ** 0.5, beta

# cell: batchnorm-undo-code
# question: batchnorm.undo
def undo(x, eps):
    return np.sqrt(np.std(x, axis=0) ** 2 + eps), np.mean(x, axis=0)

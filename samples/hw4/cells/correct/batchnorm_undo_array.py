# cell: batchnorm-undo-code
# question: batchnorm.undo
def undo(x, eps):
    return np.array([np.sqrt(x.var(axis=0) + eps), x.mean(axis=0)])

# The variance in place of its root.
# cell: batchnorm-undo-code
# must fail: batchnorm.undo
def undo(x, eps):
    return x.var(axis=0) + eps, x.mean(axis=0)

# Without eps.
# cell: batchnorm-undo-code
# must fail: batchnorm.undo
def undo(x, eps):
    return x.std(axis=0), x.mean(axis=0)

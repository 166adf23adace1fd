# Mean and variance by hand.
# cell: batchnorm-undo-code
# question: batchnorm.undo
def undo(x, eps):
    mean = sum(x) / len(x)
    return [(((x - mean) ** 2).sum(axis=0) / len(x) + eps) ** 0.5, mean]

# The bias is not scaled.
# cell: batchnorm-fold-code
# must fail: batchnorm.fold
def fold(W, b, gamma, beta, running_mean, running_var, eps):
    factor = gamma / np.sqrt(running_var + eps)
    return factor[:, None] * W, b - factor * running_mean + beta

# With a diagonal matrix and loops.
# cell: batchnorm-fold-code
# question: batchnorm.fold
def fold(W, b, gamma, beta, running_mean, running_var, eps):
    root = np.sqrt(running_var + eps)
    folded = np.array([gamma[m] / root[m] * W[m] for m in range(len(W))])
    return folded, gamma * b / root - gamma * running_mean / root + beta

# cell: batchnorm-fold-code
# question: batchnorm.fold
def fold(W, b, gamma, beta, running_mean, running_var, eps):
    s = np.sqrt(running_var + eps)
    new = (W.T * (gamma / s)).T
    return new, gamma * b / s - gamma * running_mean / s + beta

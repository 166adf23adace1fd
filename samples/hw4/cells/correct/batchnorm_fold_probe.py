# cell: batchnorm-fold-code
# question: batchnorm.fold
def fold(W, b, gamma, beta, running_mean, running_var, eps):
    def both(x):
        return gamma * ((x @ W.T + b) - running_mean) / np.sqrt(running_var + eps) + beta

    D = W.shape[1]
    new_b = both(np.zeros((1, D)))[0]
    return (both(np.eye(D)) - new_b).T, new_b

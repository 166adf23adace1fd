# cell: batchnorm-fold-code
# question: batchnorm.fold
def fold(W, b, gamma, beta, running_mean, running_var, eps):
    new_W, new_b = np.empty_like(W), np.empty_like(b)
    for unit in range(len(b)):
        factor = gamma[unit] / (running_var[unit] + eps) ** 0.5
        new_W[unit] = factor * W[unit]
        new_b[unit] = factor * (b[unit] - running_mean[unit]) + beta[unit]
    return new_W, new_b

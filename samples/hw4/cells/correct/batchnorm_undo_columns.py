# cell: batchnorm-undo-code
# question: batchnorm.undo
def undo(x, eps):
    gamma, beta = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        beta[j] = np.average(x[:, j])
        gamma[j] = np.hypot(np.std(x[:, j]), np.sqrt(eps))
    return gamma, beta

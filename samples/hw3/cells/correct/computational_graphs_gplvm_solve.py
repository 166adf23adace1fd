"""Solves in place of an inverse."""


# cell: graphs-gplvm-code
# question: graphs.gplvm
def gplvm(X, Y, alpha, beta):
    K = alpha * X @ X.T + np.eye(len(X)) / beta
    A = np.linalg.solve(K, Y)
    sign, logdet = np.linalg.slogdet(K)
    L = -Y.shape[1] / 2 * logdet - np.trace(Y.T @ A) / 2
    return L, alpha * (A @ (A.T @ X) - Y.shape[1] * np.linalg.solve(K, X))

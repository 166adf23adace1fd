"""By a Cholesky factor, and K's gradient not made symmetric before use."""


# cell: graphs-gplvm-code
# question: graphs.gplvm
def gplvm(X, Y, alpha, beta):
    N, D = Y.shape
    K = alpha * np.einsum("iq,jq->ij", X, X) + np.diag(np.full(N, 1 / beta))
    C = np.linalg.cholesky(K)
    Kinv = np.linalg.inv(C).T @ np.linalg.inv(C)
    S = Y @ Y.T
    dK = -D / 2 * Kinv + Kinv @ S @ Kinv / 2
    return -D * np.log(np.diag(C)).sum() - 0.5 * np.sum(Kinv * S), alpha * (dK + dK.T) @ X

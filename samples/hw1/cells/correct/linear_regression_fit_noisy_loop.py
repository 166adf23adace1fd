"""Copy by copy, sums of products."""
# cell: regression-fit_noisy-code
# question: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    A, b = np.zeros((order + 1, order + 1)), np.zeros(order + 1)
    for _ in range(copies):
        Z = X + rng.normal(0, sigma, X.shape)
        A += Z.T @ Z
        b += Z.T @ y
    return np.linalg.solve(A, b)

"""np.vstack of a list."""
# cell: regression-fit_noisy-code
# question: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.vstack([X + rng.normal(scale=sigma, size=X.shape) for _ in range(copies)])
    Y = np.concatenate([y] * copies)
    return np.linalg.solve(Z.T @ Z, Z.T @ Y)

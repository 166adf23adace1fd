"""Each example repeated."""
# cell: regression-fit_noisy-code
# question: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.repeat(X, copies, axis=0).astype(float)
    Z += rng.normal(0.0, sigma, size=Z.shape)
    return np.linalg.pinv(Z) @ np.repeat(y, copies)

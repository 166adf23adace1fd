"""The same noise in every copy."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.tile(X + sigma * rng.standard_normal(X.shape), (copies, 1))
    return np.linalg.lstsq(Z, np.tile(y, copies), rcond=None)[0]

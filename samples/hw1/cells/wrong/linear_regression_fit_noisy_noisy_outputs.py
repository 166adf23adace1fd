"""Noise on y."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.tile(X, (copies, 1))
    return np.linalg.lstsq(Z, np.tile(y, copies) + sigma * rng.standard_normal(len(Z)), rcond=None)[0]

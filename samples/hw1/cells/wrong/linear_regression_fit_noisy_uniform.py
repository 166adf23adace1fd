"""Uniform noise with a mean."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.tile(X, (copies, 1))
    return np.linalg.lstsq(Z + sigma * rng.random(Z.shape), np.tile(y, copies), rcond=None)[0]

"""Noise on x, before the powers."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    Z = np.tile(x, copies)
    return np.linalg.lstsq(polynomial_features(Z + sigma * rng.standard_normal(Z.size), order), np.tile(y, copies), rcond=None)[0]

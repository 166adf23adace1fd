"""Averages the fits of single copies."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    return np.mean([np.linalg.lstsq(X + sigma * rng.standard_normal(X.shape), y, rcond=None)[0] for _ in range(copies)], axis=0)

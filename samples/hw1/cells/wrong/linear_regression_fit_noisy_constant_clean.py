"""No noise on the constant."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    X = polynomial_features(x, order)
    Z = np.tile(X, (copies, 1))
    E = sigma * rng.standard_normal(Z.shape)
    E[:, -1] = 0
    return np.linalg.lstsq(Z + E, np.tile(y, copies), rcond=None)[0]

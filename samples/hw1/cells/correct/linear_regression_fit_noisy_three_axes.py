"""An array with three axes."""
# cell: regression-fit_noisy-code
# question: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    Z = np.vander(x, order + 1)[None] + sigma * rng.standard_normal((copies, len(x), order + 1))
    return np.linalg.lstsq(Z.reshape(-1, order + 1), np.broadcast_to(y, (copies, len(x))).ravel(), rcond=None)[0]

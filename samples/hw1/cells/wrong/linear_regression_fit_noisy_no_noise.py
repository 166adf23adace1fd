"""Ignores the noise."""
# cell: regression-fit_noisy-code
# must fail: regression.fit_noisy
def fit_noisy(x, y, order, sigma, copies, rng):
    return fit_polynomial(x, y, order)

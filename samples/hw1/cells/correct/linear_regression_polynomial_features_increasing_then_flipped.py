"""Increasing powers, flipped."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    return np.power.outer(np.asarray(x, dtype=float), np.arange(order + 1))[:, ::-1]

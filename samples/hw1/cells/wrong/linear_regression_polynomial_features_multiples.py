"""p·x instead of xᵖ."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    return np.stack([x * p if p else np.ones(len(x)) for p in range(order, -1, -1)], axis=1)

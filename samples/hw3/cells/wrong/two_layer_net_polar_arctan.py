"""arctan of the quotient: opposite points have the same angle."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    with np.errstate(all="ignore"):
        return np.stack([np.hypot(X[:, 0], X[:, 1]), np.arctan(X[:, 1] / X[:, 0])], axis=1)

"""Column by column."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    X = np.ones((len(x), order + 1))
    for j in range(order - 1, -1, -1):
        X[:, j] = X[:, j + 1] * x
    return X

"""Lists of lists."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    return np.array([[float(v) ** p for p in reversed(range(order + 1))] for v in x])

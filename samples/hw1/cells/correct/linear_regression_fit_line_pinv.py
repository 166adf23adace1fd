"""The pseudoinverse."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    return np.linalg.pinv(np.array([[v, 1.0] for v in x])) @ y

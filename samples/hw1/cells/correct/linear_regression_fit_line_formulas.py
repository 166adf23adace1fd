"""Covariance over variance."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    a = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    return np.array([a, y.mean() - a * x.mean()])

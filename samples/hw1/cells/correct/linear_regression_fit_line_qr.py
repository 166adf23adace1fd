"""QR decomposition."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    Q, R = np.linalg.qr(np.column_stack((x, np.ones(len(x)))))
    return np.linalg.solve(R, Q.T @ y)

"""QR, without the features of the cell above."""
# cell: regression-fit_polynomial-code
# question: regression.fit_polynomial
def fit_polynomial(x, y, order):
    Q, R = np.linalg.qr(np.vander(np.asarray(x, float), order + 1))
    return np.linalg.solve(R, Q.T @ y)

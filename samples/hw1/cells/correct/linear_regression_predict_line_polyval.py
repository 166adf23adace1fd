"""NumPy's polynomial."""
# cell: regression-predict_line-code
# question: regression.predict_line
def predict_line(theta, x):
    return np.polyval(theta, x)

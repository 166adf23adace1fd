"""By position."""
# cell: regression-predict_line-code
# question: regression.predict_line
def predict_line(theta, x):
    return theta[0] * x + theta[1]

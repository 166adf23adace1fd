"""Intercept first."""
# cell: regression-predict_line-code
# must fail: regression.predict_line
def predict_line(theta, x):
    return theta[1] * x + theta[0]

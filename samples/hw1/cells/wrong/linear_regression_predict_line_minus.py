"""Sign of the intercept."""
# cell: regression-predict_line-code
# must fail: regression.predict_line
def predict_line(theta, x):
    return theta[0] * x - theta[1]

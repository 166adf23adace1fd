"""A matrix of features."""
# cell: regression-predict_line-code
# question: regression.predict_line
def predict_line(theta, x):
    return np.column_stack([x, np.ones_like(x)]) @ theta

"""A sum over the inputs."""
# cell: regression-predict_line-code
# must fail: regression.predict_line
def predict_line(theta, x):
    return np.sum(theta[0] * x + theta[1])

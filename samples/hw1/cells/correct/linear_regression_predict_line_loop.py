"""One input after the other."""
# cell: regression-predict_line-code
# question: regression.predict_line
def predict_line(theta, x):
    out = np.empty(len(x))
    for i, v in enumerate(x):
        out[i] = theta[0] * v + theta[1]
    return out

"""A list comprehension, turned into an array."""
# cell: regression-predict_line-code
# question: regression.predict_line
def predict_line(theta, x):
    a, b = (float(t) for t in theta)
    return np.array([a * float(v) + b for v in x])

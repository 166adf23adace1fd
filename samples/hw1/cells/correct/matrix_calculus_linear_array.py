"""A new array."""
# cell: calculus-linear-code
# question: calculus.linear
def gradient_of_linear(theta, x):
    return np.array(theta)

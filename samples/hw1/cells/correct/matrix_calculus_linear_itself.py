"""θ itself."""
# cell: calculus-linear-code
# question: calculus.linear
def gradient_of_linear(theta, x):
    return theta

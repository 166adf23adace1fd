"""By the Jacobian of x."""
# cell: calculus-linear-code
# question: calculus.linear
def gradient_of_linear(theta, x):
    return 1.0 * theta

"""x for θ."""
# cell: calculus-linear-code
# must fail: calculus.linear
def gradient_of_linear(theta, x):
    return x

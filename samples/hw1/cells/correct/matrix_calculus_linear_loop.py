"""Entry by entry."""
# cell: calculus-linear-code
# question: calculus.linear
def gradient_of_linear(theta, x):
    g = np.zeros_like(x)
    for k in range(len(x)):
        g[k] = theta[k]
    return g

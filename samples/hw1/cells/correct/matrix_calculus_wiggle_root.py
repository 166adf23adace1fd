"""Root of the square."""
# cell: calculus-wiggle-code
# question: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    return float(np.sqrt((f(np.add(x, dx)) - f(x) - np.vdot(dx, gradient)) ** 2))

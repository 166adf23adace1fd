"""Named steps."""
# cell: calculus-wiggle-code
# question: calculus.wiggle
def wiggle_error(f, gradient, x, dx):
    predicted = 0.0
    for d, g in zip(dx, gradient):
        predicted += d * g
    true = f(x + dx) - f(x)
    return max(true - predicted, predicted - true)

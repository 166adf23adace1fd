"""Either label for itself, an array of two rows."""
# cell: two_layer-slopes-code
# question: two_layer.slopes
def slopes(z, y):
    with np.errstate(over="ignore"):
        up, down = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(z))
    if y == 1:
        return np.array([-down * up * down, -down])
    return np.array([up * up * down, up])

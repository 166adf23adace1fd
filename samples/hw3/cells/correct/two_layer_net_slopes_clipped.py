"""z clipped to ±500."""
# cell: two_layer-slopes-code
# question: two_layer.slopes
def slopes(z, y):
    p = np.exp(np.clip(z, -500, 500))
    p = p / (1 + p)
    error = p - float(y)
    return [error * (p - p**2), error]

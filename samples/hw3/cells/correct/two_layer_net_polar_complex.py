"""As complex numbers."""
# cell: two_layer-polar-code
# question: two_layer.polar
def polar(X):
    numbers = X[:, 0] + 1j * X[:, 1]
    return np.column_stack([np.abs(numbers), np.angle(numbers)])

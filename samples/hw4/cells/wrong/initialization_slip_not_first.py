"""The first layer is left out."""
# cell: initialization-slip-code
# must fail: initialization.slip


def slip(depth, width):
    return np.sqrt(2 / width) ** max(depth - 1, 1)

"""The slip counts once."""
# cell: initialization-slip-code
# must fail: initialization.slip


def slip(depth, width):
    return np.sqrt(2 / width)

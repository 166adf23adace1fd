"""The quotient of the two standard deviations, multiplied up."""
# cell: initialization-slip-code
# question: initialization.slip


def slip(depth, width):
    ratio = 1.0
    for _ in range(depth):
        ratio *= (2 / width) / np.sqrt(2 / width)
    return ratio

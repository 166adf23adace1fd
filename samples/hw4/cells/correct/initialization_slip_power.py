"""One power."""
# cell: initialization-slip-code
# question: initialization.slip


def slip(depth, width):
    return (2 / width) ** (depth / 2)

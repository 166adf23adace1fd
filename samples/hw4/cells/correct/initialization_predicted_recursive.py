"""A recursion over the layers."""
# cell: initialization-predicted_std-code
# question: initialization.predicted_std


def predicted_std(depth, width, std):
    if depth == 1:
        return std * width**0.5
    return std * (width * predicted_std(depth - 1, width, std) ** 2 / 2) ** 0.5

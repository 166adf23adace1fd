"""Variance of the outputs for their mean square."""
# cell: initialization-predicted_std-code
# must fail: initialization.predicted_std


def predicted_std(depth, width, std):
    return std * np.sqrt(width) * (std * np.sqrt(width * (0.5 - 0.5 / np.pi))) ** (depth - 1)

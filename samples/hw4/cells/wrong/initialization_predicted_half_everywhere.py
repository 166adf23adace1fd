"""The half in the first layer too."""
# cell: initialization-predicted_std-code
# must fail: initialization.predicted_std


def predicted_std(depth, width, std):
    return (std * np.sqrt(width / 2)) ** depth

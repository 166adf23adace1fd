"""The half is forgotten."""
# cell: initialization-predicted_std-code
# must fail: initialization.predicted_std


def predicted_std(depth, width, std):
    return (std * np.sqrt(width)) ** depth

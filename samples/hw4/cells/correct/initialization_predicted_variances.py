"""A loop over variances."""
# cell: initialization-predicted_std-code
# question: initialization.predicted_std


def predicted_std(depth, width, std):
    variance = width * std**2
    for _ in range(depth - 1):
        variance = width * std**2 * variance / 2
    return np.sqrt(variance)

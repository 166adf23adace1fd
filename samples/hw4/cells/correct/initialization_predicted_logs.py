# cell: initialization-predicted_std-code
# question: initialization.predicted_std
def predicted_std(depth, width, std):
    return np.exp(depth * np.log(std) + depth / 2 * np.log(width) - (depth - 1) / 2 * np.log(2))

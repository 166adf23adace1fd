# cell: initialization-predicted_std-code
# question: initialization.predicted_std
def predicted_std(depth, width, std):
    mean_square = 1.0
    for layer in range(depth):
        variance = width * std**2 * mean_square
        mean_square = variance / 2
    return variance**0.5

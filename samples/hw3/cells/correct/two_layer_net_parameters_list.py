"""Layer by layer, a list."""
# cell: two_layer-parameters-code
# question: two_layer.parameters
def count_parameters():
    counts = []
    for sizes in ([3, 4, 2], [3, 4, 4, 2]):
        total = 0
        for inputs, outputs in zip(sizes, sizes[1:]):
            total += inputs * outputs
            total += outputs
        counts.append(total)
    return counts

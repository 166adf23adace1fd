# The depth of a filter is forgotten: the lecture's most missed.
# cell: architectures-count_parameters-code
# must fail: architectures.count_parameters
def count_parameters(layers):
    counts = [0]
    for (kind, *numbers), below in zip(layers[1:], output_shapes(layers)):
        if kind == "conv":
            filters, size, _, _ = numbers
            counts.append(filters * (size * size + 1))
        elif kind == "fc":
            counts.append(numbers[0] * (int(np.prod(below)) + 1))
        else:
            counts.append(0)
    return counts

# No biases.
# cell: architectures-count_parameters-code
# must fail: architectures.count_parameters
def count_parameters(layers):
    counts = [0]
    for (kind, *numbers), below in zip(layers[1:], output_shapes(layers)):
        if kind == "conv":
            filters, size, _, _ = numbers
            counts.append(filters * below[0] * size * size)
        elif kind == "fc":
            counts.append(numbers[0] * (int(np.prod(below)) + 1))
        else:
            counts.append(0)
    return counts

# Pooling counts.
# cell: architectures-count_operations-code
# must fail: architectures.count_operations
def count_operations(layers):
    shapes, counts = output_shapes(layers), [0]
    for (kind, *numbers), below, shape in zip(layers[1:], shapes, shapes[1:]):
        if kind == "conv":
            counts.append(int(np.prod(shape)) * below[0] * numbers[1] ** 2)
        elif kind == "fc":
            counts.append(numbers[0] * int(np.prod(below)))
        else:
            counts.append(int(np.prod(shape)) * numbers[0] ** 2)
    return counts

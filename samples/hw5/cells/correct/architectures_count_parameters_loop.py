# cell: architectures-count_parameters-code
# question: architectures.count_parameters
def count_parameters(layers):
    shapes, counts = output_shapes(layers), []
    for i, layer in enumerate(layers):
        if layer[0] == "conv":
            counts.append((shapes[i - 1][0] * layer[2] ** 2 + 1) * layer[1])
        elif layer[0] == "fc":
            inputs = 1
            for side in shapes[i - 1]:
                inputs *= side
            counts.append(inputs * layer[1] + layer[1])
        else:
            counts.append(0)
    return counts

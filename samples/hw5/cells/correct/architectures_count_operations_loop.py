# cell: architectures-count_operations-code
# question: architectures.count_operations
def count_operations(layers):
    shapes, costs = output_shapes(layers), []
    for i, layer in enumerate(layers):
        if layer[0] == "conv":
            F, H, W = shapes[i]
            costs.append(F * H * W * shapes[i - 1][0] * layer[2] * layer[2])
        elif layer[0] == "fc":
            costs.append(layer[1] * int(np.prod(shapes[i - 1])))
        else:
            costs.append(0)
    return costs

# cell: architectures-count_operations-code
# question: architectures.count_operations
def count_operations(layers):
    costs = []
    for layer, shape, parameters in zip(layers, output_shapes(layers), count_parameters(layers)):
        places = int(np.prod(shape[1:]))
        costs.append((parameters - layer[1]) * places if parameters else 0)
    return costs

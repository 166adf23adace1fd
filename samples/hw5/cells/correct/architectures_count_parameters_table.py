# cell: architectures-count_parameters-code
# question: architectures.count_parameters
def count_parameters(layers):
    rules = {
        "input": lambda below, n: 0,
        "pool": lambda below, n: 0,
        "conv": lambda below, n: n[0] * n[1] * n[1] * below[0] + n[0],
        "fc": lambda below, n: n[0] * int(np.prod(below)) + n[0],
    }
    shapes = [None, *output_shapes(layers)]
    return tuple(rules[layer[0]](below, layer[1:]) for below, layer in zip(shapes, layers))

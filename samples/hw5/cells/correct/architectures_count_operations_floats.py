# cell: architectures-count_operations-code
# question: architectures.count_operations
def count_operations(layers):
    shapes, costs = output_shapes(layers), [0.0]
    for (kind, *n), below, above in zip(layers[1:], shapes[:-1], shapes[1:]):
        seen = float(np.prod(below)) if kind == "fc" else below[0] * n[1] ** 2.0 if kind == "conv" else 0.0
        costs.append(seen * float(np.prod(above, dtype=float)))
    return np.array(costs)

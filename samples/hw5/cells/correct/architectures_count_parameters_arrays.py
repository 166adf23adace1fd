# cell: architectures-count_parameters-code
# question: architectures.count_parameters
def count_parameters(layers):
    counts = np.zeros(len(layers), dtype=np.int64)
    for place, (below, layer) in enumerate(zip(output_shapes(layers), layers[1:]), start=1):
        if layer[0] == "conv":
            W = np.broadcast_to(0, (layer[1], below[0], layer[2], layer[2]))
        elif layer[0] == "fc":
            W = np.broadcast_to(0, (layer[1], int(np.prod(below))))
        else:
            continue
        counts[place] = W.size + len(W)
    return counts

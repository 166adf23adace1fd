# cell: architectures-output_shapes-code
# question: architectures.output_shapes
def output_shapes(layers):
    shapes = [np.array(layers[0][1:])]
    for layer in layers[1:]:
        shape = shapes[-1].copy()
        if layer[0] == "fc":
            shape = np.array(layer[1:])
        else:
            size, stride, pad = layer[2:] if layer[0] == "conv" else (*layer[1:], 0)
            room = shape[1:] - size + 2 * pad
            if (room < 0).any() or (room % stride).any():
                raise ValueError(f"{layer} on {shape}")
            shape[1:] = room // stride + 1
            if layer[0] == "conv":
                shape[0] = layer[1]
        shapes.append(shape)
    return [tuple(int(n) for n in shape) for shape in shapes]

# cell: architectures-output_shapes-code
# question: architectures.output_shapes
def output_shapes(layers):
    def places(side, size, stride, pad=0):
        count = (side - size + 2 * pad) / stride + 1
        if count < 1 or count != int(count):
            raise ValueError("does not fit")
        return int(count)

    shapes = []
    for layer in layers:
        match layer:
            case ("input", C, H, W):
                shape = (C, H, W)
            case ("conv", F, size, stride, pad):
                shape = (F, places(shape[1], size, stride, pad), places(shape[2], size, stride, pad))
            case ("pool", size, stride):
                shape = (shape[0], places(shape[1], size, stride), places(shape[2], size, stride))
            case ("fc", units):
                shape = (units,)
        shapes.append(shape)
    return shapes

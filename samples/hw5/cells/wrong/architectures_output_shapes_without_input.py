# Without the input.
# cell: architectures-output_shapes-code
# must fail: architectures.output_shapes
def output_shapes(layers):
    shapes = []
    for kind, *numbers in layers:
        if kind == "input":
            shape = tuple(numbers)
        elif kind == "fc":
            shape = (numbers[0],)
        else:
            filters, size, stride, pad = numbers if kind == "conv" else (shape[0], *numbers, 0)
            sides = []
            for side in shape[1:]:
                places, rest = divmod(side - size + 2 * pad, stride)
                if rest or places < 0:
                    raise ValueError("does not fit")
                sides.append(places + 1)
            shape = (filters, *sides)
        shapes.append(shape)
    return shapes[1:]

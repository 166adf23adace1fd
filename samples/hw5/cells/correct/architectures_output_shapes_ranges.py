# cell: architectures-output_shapes-code
# question: architectures.output_shapes
def output_shapes(layers):
    result, current = [], None
    for name, *rest in layers:
        if name == "input":
            current = tuple(rest)
        if name == "fc":
            current = tuple(rest)
        if name in ("conv", "pool"):
            size, stride = rest[-3:-1] if name == "conv" else rest
            pad = rest[-1] if name == "conv" else 0
            sides = []
            for side in current[1:]:
                starts = list(range(-pad, side + pad - size + 1, stride))
                if not starts or starts[-1] + size != side + pad:
                    raise ValueError(name)
                sides.append(len(starts))
            current = (rest[0] if name == "conv" else current[0], *sides)
        result.append(current)
    return tuple(result)

# cell: architectures-output_shapes-code
# question: architectures.output_shapes
def output_shapes(layers):
    if len(layers) == 1:
        return [layers[0][1:]]
    before = output_shapes(layers[:-1])
    kind, *numbers = layers[-1]
    depth, *sides = before[-1]
    if kind == "fc":
        return [*before, (numbers[0],)]
    if kind == "pool":
        numbers = [depth, *numbers, 0]
    filters, size, stride, pad = numbers
    new = [divmod(side + 2 * pad - size, stride) for side in sides]
    if any(rest for _, rest in new) or any(count < 0 for count, _ in new):
        raise ValueError("not whole")
    return [*before, (filters, *(count + 1 for count, _ in new))]

# cell: architectures-count_parameters-code
# question: architectures.count_parameters
def count_parameters(layers):
    counts = []
    for kind, *n in layers:
        if kind == "input":
            depth, sides, count = n[0], n[1:], 0
        elif kind == "conv":
            count = n[0] * (depth * n[1] * n[1] + 1)
            depth, sides = n[0], [(side - n[1] + 2 * n[3]) // n[2] + 1 for side in sides]
        elif kind == "pool":
            count, sides = 0, [(side - n[0]) // n[1] + 1 for side in sides]
        else:
            count = (depth * sides[0] * sides[1] + 1) * n[0]
            depth, sides = n[0], [1, 1]
        counts.append(count)
    return counts

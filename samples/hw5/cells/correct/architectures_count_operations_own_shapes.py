# cell: architectures-count_operations-code
# question: architectures.count_operations
def count_operations(layers):
    costs = []
    for kind, *n in layers:
        if kind == "input":
            C, H, W = n
            costs.append(0)
        elif kind == "conv":
            H, W = ((side - n[1] + 2 * n[3]) // n[2] + 1 for side in (H, W))
            costs.append(n[0] * H * W * C * n[1] ** 2)
            C = n[0]
        elif kind == "pool":
            H, W = ((side - n[0]) // n[1] + 1 for side in (H, W))
            costs.append(0)
        else:
            costs.append(n[0] * C * H * W)
            C, H, W = n[0], 1, 1
    return costs

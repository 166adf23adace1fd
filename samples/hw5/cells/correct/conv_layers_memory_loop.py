# cell: conv_layers-memory-code
# question: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    count = 0
    for top in range(-pad, H + pad - field + 1, stride):
        for left in range(-pad, W + pad - field + 1, stride):
            count += field * field
    return [N * C * H * W * 4, N * C * count * 4]

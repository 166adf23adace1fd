# Pictures taken to be square.
# cell: conv_layers-memory-code
# must fail: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    places = output_size(H, field, stride, pad) ** 2
    return 4 * N * C * H * W, 4 * N * places * C * field * field

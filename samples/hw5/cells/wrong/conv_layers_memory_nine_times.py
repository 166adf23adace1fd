# Nine times, whatever the stride and the padding.
# cell: conv_layers-memory-code
# must fail: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    places = H * W
    return 4 * N * C * H * W, 4 * N * places * C * field * field

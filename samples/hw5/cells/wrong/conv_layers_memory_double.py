# Eight bytes for a number.
# cell: conv_layers-memory-code
# must fail: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    places = output_size(H, field, stride, pad) * output_size(W, field, stride, pad)
    return 8 * N * C * H * W, 8 * N * places * C * field * field

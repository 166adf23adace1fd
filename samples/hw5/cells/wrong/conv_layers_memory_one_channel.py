# Windows of one channel.
# cell: conv_layers-memory-code
# must fail: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    places = output_size(H, field, stride, pad) * output_size(W, field, stride, pad)
    return 4 * N * C * H * W, 4 * N * places * field * field

# Numbers in place of bytes.
# cell: conv_layers-memory-code
# must fail: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    places = output_size(H, field, stride, pad) * output_size(W, field, stride, pad)
    return 1 * N * C * H * W, 1 * N * places * C * field * field

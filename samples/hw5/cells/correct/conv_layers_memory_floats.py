# cell: conv_layers-memory-code
# question: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    pictures = 4.0 * N * C * H * W
    down, across = (H - field + 2 * pad) / stride + 1, (W - field + 2 * pad) / stride + 1
    return np.array([pictures, 4.0 * N * C * field**2 * down * across])

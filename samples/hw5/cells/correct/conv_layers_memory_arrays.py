# cell: conv_layers-memory-code
# question: conv_layers.memory
def memory(shape, field, stride, pad):
    N, C, H, W = shape
    pictures = np.empty(shape, np.float32)
    sides = [(side + 2 * pad - field) // stride + 1 for side in (H, W)]
    windows = np.broadcast_to(np.float32(0), (C * field * field, N * sides[0] * sides[1]))
    return pictures.nbytes, windows.size * 4

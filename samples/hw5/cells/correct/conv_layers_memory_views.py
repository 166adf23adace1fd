# cell: conv_layers-memory-code
# question: conv_layers.memory
def memory(shape, field, stride, pad):
    padded = np.zeros((shape[0], shape[1], shape[2] + 2 * pad, shape[3] + 2 * pad), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (field, field), axis=(2, 3))[:, :, ::stride, ::stride]
    return int(np.prod(shape)) * 4, windows.size * 4

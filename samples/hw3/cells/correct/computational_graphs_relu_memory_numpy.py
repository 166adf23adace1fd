"""Asks NumPy for the sizes of its types; floats."""


# cell: graphs-relu_memory-code
# question: graphs.relu_memory
def relu_memory(N, M):
    entries = float(N * M)
    return entries * entries * np.dtype(np.float32).itemsize, entries * np.dtype(bool).itemsize

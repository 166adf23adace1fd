"""N Jacobians of M by M."""


# cell: graphs-relu_memory-code
# must fail: graphs.relu_memory
def relu_memory(N, M):
    return 4 * N * M**2, N * M

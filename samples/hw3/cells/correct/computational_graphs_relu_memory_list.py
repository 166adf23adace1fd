"""A list, written out."""


# cell: graphs-relu_memory-code
# question: graphs.relu_memory
def relu_memory(N, M):
    return [N * M * N * M * 4, N * M]

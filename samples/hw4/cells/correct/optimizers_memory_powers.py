# cell: optimizers-memory-code
# question: optimizers.memory
def memory(num_parameters):
    MiB, TiB = 1024**2, 1024**4
    return [num_parameters * 32 / 8 / MiB, num_parameters * num_parameters * 32 / 8 / TiB]

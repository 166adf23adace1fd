# cell: optimizers-memory-code
# question: optimizers.memory
def memory(num_parameters):
    size = np.dtype(np.float32).itemsize
    gradient = size * float(num_parameters)
    return gradient / 1048576, gradient * num_parameters / 1024 / 1024 / 1024 / 1024

# cell: optimizers-memory-code
# question: optimizers.memory
def memory(num_parameters):
    gradient = num_parameters / 2**18
    return gradient, gradient * num_parameters / 2**20

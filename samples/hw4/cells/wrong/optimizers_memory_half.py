"""One half of the symmetric matrix."""
# cell: optimizers-memory-code
# must fail: optimizers.memory


def memory(num_parameters):
    return 4 * num_parameters / 2**20, 2 * num_parameters**2 / 2**40

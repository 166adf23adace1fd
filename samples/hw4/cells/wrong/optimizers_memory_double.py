"""Eight bytes."""
# cell: optimizers-memory-code
# must fail: optimizers.memory


def memory(num_parameters):
    return 8 * num_parameters / 2**20, 8 * num_parameters**2 / 2**40

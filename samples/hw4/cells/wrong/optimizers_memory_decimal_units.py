"""Powers of ten."""
# cell: optimizers-memory-code
# must fail: optimizers.memory


def memory(num_parameters):
    return 4 * num_parameters / 1e6, 4 * num_parameters**2 / 1e12

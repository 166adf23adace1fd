"""The Hessian in GiB."""
# cell: optimizers-memory-code
# must fail: optimizers.memory


def memory(num_parameters):
    return 4 * num_parameters / 2**20, 4 * num_parameters**2 / 2**30

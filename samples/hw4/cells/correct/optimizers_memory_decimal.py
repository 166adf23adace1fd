"""Step by step."""
# cell: optimizers-memory-code
# question: optimizers.memory


def memory(num_parameters):
    size = 4.0 * num_parameters
    return size / 1024 / 1024, size * num_parameters / 1024**4

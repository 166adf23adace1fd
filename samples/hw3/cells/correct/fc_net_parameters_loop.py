"""Layer by layer."""
# cell: fc-parameters-code
# question: fc.parameters
def number_of_parameters(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i] * sizes[i - 1]
        total += sizes[i]
    return total

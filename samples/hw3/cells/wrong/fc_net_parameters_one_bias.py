"""One bias for each layer."""
# cell: fc-parameters-code
# must fail: fc.parameters
def number_of_parameters(sizes):
    return sum(a * b + 1 for a, b in zip(sizes, sizes[1:]))

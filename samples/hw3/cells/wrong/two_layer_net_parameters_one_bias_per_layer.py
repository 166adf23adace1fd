"""One bias for each layer."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 3 * 4 + 1 + 4 * 2 + 1, 3 * 4 + 1 + 4 * 4 + 1 + 4 * 2 + 1

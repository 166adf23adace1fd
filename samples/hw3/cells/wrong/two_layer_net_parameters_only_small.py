"""The second layer of 3-4-4-2 forgotten."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 26, 26 + 16

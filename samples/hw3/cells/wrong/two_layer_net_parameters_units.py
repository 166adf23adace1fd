"""Units instead of parameters."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 3 + 4 + 2, 3 + 4 + 4 + 2

"""The sum of both."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 26 + 46

"""The last layer has no bias."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 24, 44

"""Inputs have a bias as well."""
# cell: two_layer-parameters-code
# must fail: two_layer.parameters
def count_parameters():
    return 26 + 3, 46 + 3

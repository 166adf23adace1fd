"""Whole numbers that are floats."""
# cell: two_layer-parameters-code
# question: two_layer.parameters
def count_parameters():
    return 26.0, 46.0

"""The two numbers."""
# cell: two_layer-parameters-code
# question: two_layer.parameters
def count_parameters():
    return 26, 46

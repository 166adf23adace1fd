"""From the arrays of the network itself."""
# cell: two_layer-parameters-code
# question: two_layer.parameters
def count_parameters():
    net = TwoLayerNet(3, 4, 2)
    small = sum(value.size for value in net.params.values())
    return small, small + np.zeros((4, 4)).size + np.zeros(4).size

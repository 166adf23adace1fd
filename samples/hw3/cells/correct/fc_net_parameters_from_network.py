"""From a network of these sizes."""
# cell: fc-parameters-code
# question: fc.parameters
def number_of_parameters(sizes):
    net = FullyConnectedNet(list(sizes[1:-1]), input_dim=sizes[0], num_classes=sizes[-1])
    return sum(value.size for value in net.params.values())

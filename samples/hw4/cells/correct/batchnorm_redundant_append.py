# cell: batchnorm-redundant-code
# question: batchnorm.redundant
def redundant(num_layers, normalization):
    names = []
    if normalization != "batchnorm":
        return names
    layer = 1
    while layer < num_layers:
        names.append("b" + str(layer))
        layer += 1
    return names

# The last layer's bias too.
# cell: batchnorm-redundant-code
# must fail: batchnorm.redundant
def redundant(num_layers, normalization):
    return [f"b{i}" for i in range(1, num_layers + 1)] if normalization == "batchnorm" else []

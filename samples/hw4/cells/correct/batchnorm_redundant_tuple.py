# cell: batchnorm-redundant-code
# question: batchnorm.redundant
def redundant(num_layers, normalization):
    return tuple(f"b{k + 1}" for k in range(num_layers - 1) if normalization == "batchnorm")

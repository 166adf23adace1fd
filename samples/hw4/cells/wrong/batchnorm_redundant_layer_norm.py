# Also with layer normalization.
# cell: batchnorm-redundant-code
# must fail: batchnorm.redundant
def redundant(num_layers, normalization):
    return [f"b{i}" for i in range(1, num_layers)] if normalization else []

# A set of names.
# cell: batchnorm-redundant-code
# question: batchnorm.redundant
def redundant(num_layers, normalization):
    if normalization != "batchnorm":
        return set()
    return {"b" + str(i + 1) for i in range(num_layers - 1)}

# cell: batchnorm-redundant-code
# question: batchnorm.redundant
def redundant(num_layers, normalization):
    hidden = np.arange(1, num_layers)
    table = {"batchnorm": ["b%d" % layer for layer in hidden[::-1]], "layernorm": [], None: []}
    return table[normalization]

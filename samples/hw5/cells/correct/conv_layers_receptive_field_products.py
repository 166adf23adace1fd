# cell: conv_layers-receptive_field-code
# question: conv_layers.receptive_field
def receptive_field(layers):
    fields = np.array([field for field, _ in layers], dtype=int)
    strides = np.array([1, *(stride for _, stride in layers)], dtype=int)
    return int(1 + np.sum((fields - 1) * np.cumprod(strides)[: len(fields)]))

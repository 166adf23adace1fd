# cell: conv_layers-receptive_field-code
# question: conv_layers.receptive_field
def receptive_field(layers):
    size = 1
    for field, stride in reversed(layers):
        size = (size - 1) * stride + field
    return size

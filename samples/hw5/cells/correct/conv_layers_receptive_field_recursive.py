# cell: conv_layers-receptive_field-code
# question: conv_layers.receptive_field
def receptive_field(layers):
    if not layers:
        return 1
    (field, stride), *rest = layers
    return (receptive_field(rest) - 1) * stride + field

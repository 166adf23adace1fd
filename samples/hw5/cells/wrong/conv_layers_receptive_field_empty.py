# Stops where there is no layer.
# cell: conv_layers-receptive_field-code
# must fail: conv_layers.receptive_field
def receptive_field(layers):
    size, apart = layers[0]
    for field, stride in layers[1:]:
        size += (field - 1) * apart
        apart *= stride
    return size

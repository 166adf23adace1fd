# Strides are added.
# cell: conv_layers-receptive_field-code
# must fail: conv_layers.receptive_field
def receptive_field(layers):
    size, apart = 1, 1
    for field, stride in layers:
        size += (field - 1) * apart
        apart += stride - 1
    return size

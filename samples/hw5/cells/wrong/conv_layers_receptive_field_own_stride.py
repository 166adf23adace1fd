# The stride of the layer itself counts for it.
# cell: conv_layers-receptive_field-code
# must fail: conv_layers.receptive_field
def receptive_field(layers):
    size, apart = 1, 1
    for field, stride in layers:
        apart *= stride
        size += (field - 1) * apart
    return size

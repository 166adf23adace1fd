# Fields are added.
# cell: conv_layers-receptive_field-code
# must fail: conv_layers.receptive_field
def receptive_field(layers):
    size, apart = 0, 1
    for field, stride in layers:
        size += field
    return size

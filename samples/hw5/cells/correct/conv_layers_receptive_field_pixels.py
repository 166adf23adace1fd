# cell: conv_layers-receptive_field-code
# question: conv_layers.receptive_field
def receptive_field(layers):
    seen = {0}
    for field, stride in layers[::-1]:
        seen = {stride * place + k for place in seen for k in range(field)}
    return max(seen) - min(seen) + 1

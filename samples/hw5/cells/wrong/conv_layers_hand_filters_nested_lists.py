# Lists in the place of an array.
# cell: conv_layers-hand_filters-code
# must fail: conv_layers.hand_filters
def hand_filters():
    ninth = 1 / 9
    sharpen = [[-ninth] * 3, [-ninth, 2 - ninth, -ninth], [-ninth] * 3]
    return [[[ninth] * 3] * 3, [[-1.0, 0.0, 1.0]] * 3, sharpen]

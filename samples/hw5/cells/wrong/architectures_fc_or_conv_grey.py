# A grey picture.
# cell: architectures-fc_or_conv-code
# must fail: architectures.fc_or_conv
def fc_or_conv():
    return 500 * (32 * 32 + 1), 29, 3364, 196

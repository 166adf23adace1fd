# One filter.
# cell: architectures-fc_or_conv-code
# must fail: architectures.fc_or_conv
def fc_or_conv():
    return 1536500, 29, 29 * 29, 196

# One place too few.
# cell: architectures-fc_or_conv-code
# must fail: architectures.fc_or_conv
def fc_or_conv():
    return 1536500, 28, 28 * 28 * 4, 196

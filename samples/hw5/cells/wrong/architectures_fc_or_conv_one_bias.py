# One bias for all units.
# cell: architectures-fc_or_conv-code
# must fail: architectures.fc_or_conv
def fc_or_conv():
    return 500 * 32 * 32 * 3 + 1, 29, 29 * 29 * 4, 4 * (4 * 4 * 3 + 1)

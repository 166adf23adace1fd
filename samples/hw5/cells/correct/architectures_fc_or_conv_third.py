# cell: architectures-fc_or_conv-code
# question: architectures.fc_or_conv
def fc_or_conv():
    return 1536500.0, 29.0, 3364.0, 196.0

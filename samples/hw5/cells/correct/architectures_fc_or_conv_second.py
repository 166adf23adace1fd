# cell: architectures-fc_or_conv-code
# question: architectures.fc_or_conv
def fc_or_conv():
    return 1536500, 29, 3364, 196

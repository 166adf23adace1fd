# Filters without depth.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 672, 854196224 / 256, 271351808 / 256, 99549184 / 256, 356450304 / 256

# Before and after exchanged.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 672, 854196224, 271351808, 356450304, 99549184

# The pooling branch is forgotten.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 416, 854196224, 271351808, 99549184, 356450304

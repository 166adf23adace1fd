# The output with bottlenecks.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 480, 854196224, 271351808, 99549184, 356450304

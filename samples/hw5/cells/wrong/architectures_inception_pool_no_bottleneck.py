# No bottleneck after the pooling.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 672, 854196224, 258506752, 99549184, 356450304

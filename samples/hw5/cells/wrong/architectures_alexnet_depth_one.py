# Without depth.
# cell: architectures-alexnet-code
# must fail: architectures.alexnet
def alexnet():
    return 55, 96 * 122

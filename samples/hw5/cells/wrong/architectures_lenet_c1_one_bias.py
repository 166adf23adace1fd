# One bias for C1.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 151, 784 * 151, 0, 2416

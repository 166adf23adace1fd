# C3 without its depth.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 122304, 0, 16 * (25 + 1)

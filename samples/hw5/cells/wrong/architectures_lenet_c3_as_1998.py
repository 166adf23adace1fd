# The connections of 1998.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 122304, 0, 1516

# C3 without biases.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 122304, 0, 2400

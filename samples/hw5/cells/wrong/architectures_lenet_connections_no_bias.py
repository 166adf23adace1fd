# Connections without biases.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 784 * 150, 0, 2416

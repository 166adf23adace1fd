# cell: architectures-lenet-code
# question: architectures.lenet
def lenet():
    return 6 * 25 + 6, 784 * 156, 0, 16 * 25 * 6 + 16

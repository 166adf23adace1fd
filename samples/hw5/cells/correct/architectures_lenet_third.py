# cell: architectures-lenet-code
# question: architectures.lenet
def lenet():
    return 156.0, 122304.0, 0.0, 2416.0

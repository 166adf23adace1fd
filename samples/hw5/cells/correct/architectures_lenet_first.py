# cell: architectures-lenet-code
# question: architectures.lenet
def lenet():
    return 156, 122304, 0, 2416

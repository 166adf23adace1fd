# All places of the picture.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 1024 * 156, 0, 2416

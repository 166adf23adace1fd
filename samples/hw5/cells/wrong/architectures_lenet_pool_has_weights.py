# Two numbers for each map, as in 1998.
# cell: architectures-lenet-code
# must fail: architectures.lenet
def lenet():
    return 156, 122304, 12, 2416

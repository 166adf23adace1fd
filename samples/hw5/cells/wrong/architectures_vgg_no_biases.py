# A third of the weights.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 9 / 49, 138357544, 0.7428

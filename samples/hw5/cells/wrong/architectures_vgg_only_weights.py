# The weights of VGG-16, without its biases.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 27 / 49, 138344128, 102760448 / 138344128

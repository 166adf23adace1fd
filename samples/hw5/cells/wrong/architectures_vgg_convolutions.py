# Convolutions only.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 27 / 49, 14714688, 0.7428

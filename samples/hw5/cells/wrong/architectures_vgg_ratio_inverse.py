# Upside down.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 49 / 27 - 1, 138357544, 0.7428

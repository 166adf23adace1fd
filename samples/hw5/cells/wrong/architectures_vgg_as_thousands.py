# The one before.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 27 / 49, 138357544, 16781312 / 138357544

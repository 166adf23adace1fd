# All fully connected layers.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 27 / 49, 138357544, 123642856 / 138357544

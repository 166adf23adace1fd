# In per cent of a million.
# cell: architectures-vgg-code
# must fail: architectures.vgg
def vgg():
    return 27 / 49, 138.4, 0.7428

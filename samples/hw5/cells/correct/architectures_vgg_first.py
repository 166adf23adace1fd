# cell: architectures-vgg-code
# question: architectures.vgg
def vgg():
    return 27 / 49, 138357544, 102764544 / 138357544

# cell: architectures-vgg-code
# question: architectures.vgg
def vgg():
    return 27 / 49, sum(count_parameters(VGG16)), 4096 * (7 * 7 * 512 + 1) / sum(count_parameters(VGG16))

# cell: architectures-vgg-code
# question: architectures.vgg
def vgg():
    return 0.55102, 138.357544e6, 0.7428

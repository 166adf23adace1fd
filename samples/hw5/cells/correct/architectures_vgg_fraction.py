# cell: architectures-vgg-code
# question: architectures.vgg
from fractions import Fraction

def vgg():
    parameters = count_parameters(VGG16)
    return Fraction(27, 49), sum(parameters), Fraction(max(parameters), sum(parameters))

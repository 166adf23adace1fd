# cell: architectures-alexnet-code
# question: architectures.alexnet
def alexnet():
    return (227 - 11) / 4 + 1, 96 * 363 + 96

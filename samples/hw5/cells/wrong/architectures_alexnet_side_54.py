# As the paper says.
# cell: architectures-alexnet-code
# must fail: architectures.alexnet
def alexnet():
    return 54, 34944

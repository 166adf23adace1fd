# Not whole.
# cell: architectures-alexnet-code
# must fail: architectures.alexnet
def alexnet():
    return 54.25, 34944

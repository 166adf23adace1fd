# cell: architectures-alexnet-code
# question: architectures.alexnet
def alexnet():
    return np.array([55, 34944])

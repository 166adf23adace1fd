# cell: architectures-inception-code
# question: architectures.inception
def inception():
    return np.array([672, 854196224, 271351808, 99549184, 356450304])

# cell: architectures-inception-code
# question: architectures.inception
def inception():
    return 672, 854196224, 271351808, 99549184, 356450304

# cell: architectures-inception-code
# question: architectures.inception
def inception():
    return 672, 854.2e6, 271.4e6, 99.5e6, 356.5e6

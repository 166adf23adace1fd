# In millions.
# cell: architectures-inception-code
# must fail: architectures.inception
def inception():
    return 672, 854.2, 271.4, 99.5, 356.5

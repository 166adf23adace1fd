# cell: dropout-by_hand-code
# must fail: dropout.by_hand
def by_hand():
    return 2**10 - 1, 5.0, 3.0, 6.0

# cell: dropout-by_hand-code
# must fail: dropout.by_hand
def by_hand():
    return 1024, 3, 1.8, 2.16

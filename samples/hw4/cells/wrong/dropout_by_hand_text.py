# cell: dropout-by_hand-code
# must fail: dropout.by_hand
def by_hand():
    return "1024", "5", "3", "6"

# 1 − p in place of the logarithm.
# cell: ner-soft_by_hand-code
# must fail: ner.soft_by_hand
def soft_by_hand():
    return 1 / 3, 1 / 2, 1 / 2, 4 / 9

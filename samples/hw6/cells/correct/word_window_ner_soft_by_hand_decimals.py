# cell: ner-soft_by_hand-code
# question: ner.soft_by_hand
def soft_by_hand():
    return 0.4055, 0.6931, 0.7520, 0.6365

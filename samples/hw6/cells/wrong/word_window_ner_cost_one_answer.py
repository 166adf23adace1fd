# A single number.
# cell: ner-cost-code
# must fail: ner.cost
def cost():
    return 5 * 289 * 16

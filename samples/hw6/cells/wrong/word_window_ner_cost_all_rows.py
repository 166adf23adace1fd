# Says that every row gets a gradient.
# cell: ner-cost-code
# must fail: ner.cost
def cost():
    return 5 * 289 * 16, 0, 289

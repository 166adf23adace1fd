# Counts one word of the window.
# cell: ner-cost-code
# must fail: ner.cost
def cost():
    return 289 * 16, 0, 5

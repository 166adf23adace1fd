# Picking a row costs a multiplication for each number.
# cell: ner-cost-code
# must fail: ner.cost
def cost():
    return 5 * 289 * 16, 5 * 16, 5

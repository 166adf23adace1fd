# Counts entries in place of rows.
# cell: ner-cost-code
# must fail: ner.cost
def cost():
    return 5 * 289 * 16, 0, 80

# cell: ner-cost-code
# question: ner.cost
def cost():
    return 23120, 0, 5

# cell: ner-cost-code
# question: ner.cost
def cost():
    products = 0
    for word in range(5):
        for number in range(16):
            products += 289
    return products, 0, min(5, 289)

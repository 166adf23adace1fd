# cell: ner-cost-code
# question: ner.cost
def cost():
    K, V, d = 5, 289, 16
    one_hot = K * V * d
    picking = 0
    return [one_hot, picking, K]

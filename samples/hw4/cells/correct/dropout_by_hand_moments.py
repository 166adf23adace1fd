# cell: dropout-by_hand-code
# question: dropout.by_hand
def by_hand():
    p, x = 0.6, 3
    kept = x / p
    mean = p * kept + (1 - p) * 0
    return [1 << 10, kept, mean, p * kept**2 - mean**2]

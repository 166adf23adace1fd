# cell: dropout-by_hand-code
# question: dropout.by_hand
def by_hand():
    p, value = 0.6, 3.0
    kept = value / p
    outcomes, probabilities = np.array([kept, 0.0]), np.array([p, 1 - p])
    mean = outcomes @ probabilities
    return np.array([2**10, kept, mean, (outcomes - mean) ** 2 @ probabilities])

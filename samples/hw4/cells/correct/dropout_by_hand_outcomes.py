# cell: dropout-by_hand-code
# question: dropout.by_hand
def by_hand():
    values, weights = np.array([0.0, 5.0]), np.array([0.4, 0.6])
    mean = np.sum(values * weights)
    return 2.0**10, values[1], mean, np.sum(weights * (values - mean) ** 2)

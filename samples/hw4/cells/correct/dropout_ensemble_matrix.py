# cell: dropout-ensemble_variance-code
# question: dropout.ensemble_variance
def ensemble_variance(variance, k, correlation):
    m = np.full((k, k), correlation * variance)
    np.fill_diagonal(m, variance)
    return m.sum() / k**2

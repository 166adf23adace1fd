# cell: dropout-ensemble_variance-code
# question: dropout.ensemble_variance
def ensemble_variance(variance, k, correlation):
    total = 0.0
    for i in range(k):
        for j in range(k):
            total += variance if i == j else correlation * variance
    return np.float64(total / k / k)

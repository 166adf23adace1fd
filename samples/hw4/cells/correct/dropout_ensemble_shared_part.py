# cell: dropout-ensemble_variance-code
# question: dropout.ensemble_variance
def ensemble_variance(variance, k, correlation):
    shared = correlation * variance
    return shared + (variance - shared) / k

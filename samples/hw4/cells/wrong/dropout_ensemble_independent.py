# cell: dropout-ensemble_variance-code
# must fail: dropout.ensemble_variance
def ensemble_variance(variance, k, correlation):
    return variance / k

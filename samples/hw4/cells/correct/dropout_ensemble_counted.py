# cell: dropout-ensemble_variance-code
# question: dropout.ensemble_variance
def ensemble_variance(variance, k, correlation):
    return (k * variance + k * (k - 1) * correlation * variance) / k**2

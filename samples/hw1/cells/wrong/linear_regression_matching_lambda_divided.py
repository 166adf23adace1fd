"""Divided by N."""
# cell: regression-matching_lambda-code
# must fail: regression.matching_lambda
def matching_lambda(n, sigma):
    return sigma**2 / n

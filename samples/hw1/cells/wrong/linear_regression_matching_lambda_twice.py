"""Twice."""
# cell: regression-matching_lambda-code
# must fail: regression.matching_lambda
def matching_lambda(n, sigma):
    return 2 * n * sigma**2

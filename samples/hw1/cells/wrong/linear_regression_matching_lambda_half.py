"""Half."""
# cell: regression-matching_lambda-code
# must fail: regression.matching_lambda
def matching_lambda(n, sigma):
    return n * sigma**2 / 2

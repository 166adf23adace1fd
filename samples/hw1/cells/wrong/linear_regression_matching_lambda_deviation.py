"""σ instead of σ²."""
# cell: regression-matching_lambda-code
# must fail: regression.matching_lambda
def matching_lambda(n, sigma):
    return n * sigma

"""Python's power."""
# cell: regression-matching_lambda-code
# question: regression.matching_lambda
def matching_lambda(n, sigma):
    return n * sigma**2

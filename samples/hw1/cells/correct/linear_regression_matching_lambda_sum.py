"""A sum over examples."""
# cell: regression-matching_lambda-code
# question: regression.matching_lambda
def matching_lambda(n, sigma):
    return sum(sigma**2 for _ in range(n))

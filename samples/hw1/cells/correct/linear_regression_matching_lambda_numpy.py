"""np.square."""
# cell: regression-matching_lambda-code
# question: regression.matching_lambda
def matching_lambda(n, sigma):
    return np.square(sigma) * n

"""By the function above."""
# cell: probability-pregnancy-code
# question: probability.pregnancy
def pregnant_if_positive():
    return posterior(np.array([0.01, 0.99]), np.array([0.99, 0.1]))[0]

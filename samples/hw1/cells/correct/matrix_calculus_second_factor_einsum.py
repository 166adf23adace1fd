"""einsum."""
# cell: probability-second_factor-code
# question: probability.second_factor
def second_factor(joint):
    return np.einsum('abcde->bcde', joint) / np.einsum('abcde->de', joint)

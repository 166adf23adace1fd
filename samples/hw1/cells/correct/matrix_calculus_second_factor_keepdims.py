"""keepdims."""
# cell: probability-second_factor-code
# question: probability.second_factor
def second_factor(joint):
    m = joint.sum(axis=0)
    return m / m.sum(axis=(0, 1), keepdims=True)

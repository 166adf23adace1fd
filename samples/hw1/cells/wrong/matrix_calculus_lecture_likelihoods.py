"""Shares of the likelihoods."""
# cell: probability-lecture-code
# must fail: probability.lecture
def liked_the_lecture():
    l = np.array([0.9, 0.18, 0, 0.1])
    return tuple(l / l.sum())

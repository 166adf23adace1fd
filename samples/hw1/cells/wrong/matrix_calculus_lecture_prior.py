"""Priors without the back."""
# cell: probability-lecture-code
# must fail: probability.lecture
def liked_the_lecture():
    l = np.array([0.15, 0.21, 0, 0.4])
    return tuple(l / l.sum())

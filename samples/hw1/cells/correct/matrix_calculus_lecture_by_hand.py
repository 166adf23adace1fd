"""Counts of 10,000."""
# cell: probability-lecture-code
# question: probability.lecture
def liked_the_lecture():
    counts = np.array([1350, 378, 0, 400])
    return counts / counts.sum()

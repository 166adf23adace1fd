"""With the binomial coefficient."""
# cell: probability-nine_heads-code
# question: probability.nine_heads
def nine_heads():
    p = np.array([0.5, 0.55, 0.6])
    l = 10 * p**9 * (1 - p)
    return l / l.sum()

"""Both counts in one array."""

# cell: graphs-multiplications-code
# question: graphs.multiplications
def multiplications(sizes):
    n = np.array(sizes)
    steps = n[1:] * n[:-1]
    return np.array([n[0] * steps[1:].sum(), n[-1] * steps[:-1].sum()])

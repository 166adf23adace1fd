"""NumPy integers, a list."""


# cell: graphs-multiplications-code
# question: graphs.multiplications
def multiplications(sizes):
    n = np.array(sizes, dtype=np.int64)
    pairs = n[1:] * n[:-1]
    return [n[0] * pairs[1:].sum(), n[-1] * pairs[:-1].sum()]

"""The two are exchanged."""


# cell: graphs-multiplications-code
# must fail: graphs.multiplications
def multiplications(sizes):
    steps = list(zip(sizes, sizes[1:]))
    return sum(sizes[-1] * m * n for n, m in steps[:-1]), sum(n * m * sizes[0] for n, m in steps[1:])

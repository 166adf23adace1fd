"""Forwards costs what one evaluation costs."""


# cell: graphs-multiplications-code
# must fail: graphs.multiplications
def multiplications(sizes):
    steps = list(zip(sizes, sizes[1:]))
    return sum(n * m for n, m in steps[1:]), sum(sizes[-1] * m * n for n, m in steps[:-1])

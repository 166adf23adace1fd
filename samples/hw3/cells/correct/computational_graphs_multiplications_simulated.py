"""Multiplies shapes step by step."""


# cell: graphs-multiplications-code
# question: graphs.multiplications
def multiplications(sizes):
    shapes = [(sizes[k], sizes[k - 1]) for k in range(1, len(sizes))]

    def cost(order):
        done, total = order[0], 0
        for other in order[1:]:
            a, b = (other, done) if other[1] == done[0] else (done, other)
            total += a[0] * a[1] * b[1]
            done = (a[0], b[1])
        return total

    forward = 0
    done = shapes[0]
    for shape in shapes[1:]:
        forward += shape[0] * shape[1] * done[1]
        done = (shape[0], done[1])
    backward = 0
    done = shapes[-1]
    for shape in shapes[-2::-1]:
        backward += done[0] * shape[0] * shape[1]
        done = (done[0], shape[1])
    return forward, backward

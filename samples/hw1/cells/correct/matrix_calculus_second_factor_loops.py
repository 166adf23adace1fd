"""Loops."""
# cell: probability-second_factor-code
# question: probability.second_factor
def second_factor(joint):
    out = np.zeros((2, 2, 2, 2))
    for d in range(2):
        for e in range(2):
            total = joint[:, :, :, d, e].sum()
            for b in range(2):
                for c in range(2):
                    out[b, c, d, e] = (joint[0, b, c, d, e] + joint[1, b, c, d, e]) / total
    return out

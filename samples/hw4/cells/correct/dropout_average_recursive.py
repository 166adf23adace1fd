# cell: dropout-average_over_masks-code
# question: dropout.average_over_masks
def average_over_masks(W1, b1, W2, b2, x, p):
    hidden = np.maximum(0, np.dot(W1, x) + b1)

    def average(chosen):
        if len(chosen) == len(hidden):
            return W2 @ (np.array(chosen) * hidden) + b2
        return p * average([*chosen, 1 / p]) + (1 - p) * average([*chosen, 0.0])

    return average([])

# cell: dropout-smooth_targets-code
# question: dropout.smooth_targets
def smooth_targets(y, num_classes, share):
    targets = np.zeros((len(y), num_classes))
    for i in range(len(y)):
        for c in range(num_classes):
            targets[i, c] = share if c == y[i] else (1 - share) / (num_classes - 1)
    return targets

# cell: dropout-smooth_targets-code
# must fail: dropout.smooth_targets
def smooth_targets(y, num_classes, share):
    return np.where(np.eye(num_classes)[y] > 0, 0.9, 0.1 / 9)

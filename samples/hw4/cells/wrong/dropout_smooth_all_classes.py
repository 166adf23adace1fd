# cell: dropout-smooth_targets-code
# must fail: dropout.smooth_targets
def smooth_targets(y, num_classes, share):
    return share * np.eye(num_classes)[y] + (1 - share) / num_classes

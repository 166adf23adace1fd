# cell: dropout-smooth_targets-code
# question: dropout.smooth_targets
def smooth_targets(y, num_classes, share):
    eye = np.eye(num_classes)[y]
    return share * eye + (1 - eye) * (1 - share) / (num_classes - 1)

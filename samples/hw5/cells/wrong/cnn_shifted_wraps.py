# What leaves on one side comes in on the other.
# cell: cnn-shifted-code
# must fail: cnn.shifted
def shifted(pictures, down, right):
    return np.roll(pictures, (down, right), axis=(2, 3))

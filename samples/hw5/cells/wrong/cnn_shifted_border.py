# The border is repeated.
# cell: cnn-shifted-code
# must fail: cnn.shifted
def shifted(pictures, down, right):
    H, W = pictures.shape[2:]
    a, b = abs(down), abs(right)
    wide = np.pad(pictures, ((0, 0), (0, 0), (a, a), (b, b)), mode="edge")
    return wide[:, :, a - down : a - down + H, b - right : b - right + W]

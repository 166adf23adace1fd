# Gives float64.
# cell: cnn-shifted-code
# must fail: cnn.shifted
def shifted(pictures, down, right):
    H, W = pictures.shape[2:]
    a, b = abs(down), abs(right)
    wide = np.pad(pictures.astype(float), ((0, 0), (0, 0), (a, a), (b, b)))
    return wide[:, :, a - down : a - down + H, b - right : b - right + W]

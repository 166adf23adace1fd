# Negative moves are not thought of.
# cell: cnn-shifted-code
# must fail: cnn.shifted
def shifted(pictures, down, right):
    moved = np.zeros_like(pictures)
    H, W = pictures.shape[2:]
    moved[:, :, down:, right:] = pictures[:, :, : H - down, : W - right]
    return moved

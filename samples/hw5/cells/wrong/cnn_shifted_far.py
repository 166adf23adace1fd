# Does not think of moves beyond the picture.
# cell: cnn-shifted-code
# must fail: cnn.shifted
def shifted(pictures, down, right):
    moved = np.zeros_like(pictures)
    H, W = pictures.shape[2:]
    for i in range(max(down, 0), H + min(down, 0)):
        moved[:, :, i, max(right, 0) : W + min(right, 0)] = pictures[:, :, i - down, max(-right, 0) : W + min(-right, 0)]
    return moved

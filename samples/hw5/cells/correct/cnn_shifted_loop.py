# cell: cnn-shifted-code
# question: cnn.shifted
def shifted(pictures, down, right):
    moved = np.zeros(pictures.shape, pictures.dtype)
    H, W = pictures.shape[2:]
    for i in range(H):
        for j in range(W):
            if 0 <= i - down < H and 0 <= j - right < W:
                moved[:, :, i, j] = pictures[:, :, i - down, j - right]
    return moved

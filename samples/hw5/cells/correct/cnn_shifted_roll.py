# cell: cnn-shifted-code
# question: cnn.shifted
def shifted(pictures, down, right):
    moved = np.roll(pictures, (down, right), axis=(2, 3))
    H, W = pictures.shape[2:]
    if down > 0:
        moved[:, :, : min(down, H)] = 0
    elif down < 0:
        moved[:, :, max(H + down, 0) :] = 0
    if right > 0:
        moved[:, :, :, : min(right, W)] = 0
    elif right < 0:
        moved[:, :, :, max(W + right, 0) :] = 0
    return moved

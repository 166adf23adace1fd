# cell: cnn-shifted-code
# question: cnn.shifted
def shifted(pictures, down, right):
    H, W = pictures.shape[2:]
    rows, columns = np.arange(H) - down, np.arange(W) - right
    inside = ((0 <= rows) & (rows < H))[:, None] & ((0 <= columns) & (columns < W))[None]
    moved = pictures[:, :, rows.clip(0, H - 1)[:, None], columns.clip(0, W - 1)]
    return np.where(inside, moved, pictures.dtype.type(0))

# cell: cnn-shifted-code
# question: cnn.shifted
def shifted(pictures, down, right):
    H, W = pictures.shape[2:]
    D, R = np.eye(H, k=-down, dtype=pictures.dtype), np.eye(W, k=right, dtype=pictures.dtype)
    return D @ pictures @ R

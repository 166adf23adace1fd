"""CIFAR-10 batches of blank pictures: the first pixel of picture i says which one it is."""

import numpy as np

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def numbered(first: int, count: int) -> np.ndarray:
    rows = np.zeros((count, 3072), np.uint8)
    index = np.arange(first, first + count)
    rows[:, 0], rows[:, 1024], rows[:, 2048] = index // 65536, index // 256 % 256, index % 256
    return rows


def number(picture: np.ndarray) -> int:
    red, green, blue = (int(v) for v in picture.reshape(32, 32, 3)[0, 0])
    return red * 65536 + green * 256 + blue


def batch(first: int, count: int = 10_000) -> dict:
    labels = [i % 10 for i in range(first, first + count)]
    return {b"batch_label": b"blank", b"labels": labels, b"data": numbered(first, count), b"filenames": []}

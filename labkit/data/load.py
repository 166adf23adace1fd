"""`load_data`: one call for a training, a validation and a test split, whichever data set is there."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from labkit.data import cifar10, shapes10
from labkit.data.cache import cached
from labkit.data.errors import DataError
from labkit.data.stream import Stream

DATASETS = ("shapes10", "cifar10")

Pixels = NDArray[Any]
Labels = NDArray[np.int64]
Split = tuple[Pixels, Labels]

# Defaults and largest sizes per split; the order is train, validation, test.
_SPLITS = ("train", "validation", "test")
_DEFAULT = {"shapes10": (10_000, 1_000, 1_000), "cifar10": (49_000, 1_000, 1_000)}
_LARGEST = {"shapes10": (50_000, 10_000, 10_000), "cifar10": (50_000, 50_000, cifar10.PUBLIC_TEST)}
_SHAPES10_SEEDS = {"train": 1, "validation": 2, "test": 3}
_HIDDEN = 0x41DD  # keeps hidden splits apart from the public ones, whatever the seed


@dataclass(frozen=True, eq=False)
class Data:
    """A data set in three splits.

    X_train, X_val, X_test: pixels 0 .. 255, (N, 32, 32, 3), or (N, 3072) when flattened; uint8 unless asked otherwise.
    y_train, y_val, y_test: labels (N,), int64, indices into class_names.
    class_names: ten names. name: "shapes10" or "cifar10".
    """

    X_train: Pixels
    y_train: Labels
    X_val: Pixels
    y_val: Labels
    X_test: Pixels
    y_test: Labels
    class_names: tuple[str, ...]
    name: str

    def __repr__(self) -> str:
        sizes = ", ".join(
            f"{part} {len(labels):,}"
            for part, labels in (("train", self.y_train), ("val", self.y_val), ("test", self.y_test))
        )
        return f"Data({self.name}: {sizes}; X {self.X_train.shape[1:]} {self.X_train.dtype})"


def load_data(
    dataset: str = "auto",
    train: int | None = None,
    validation: int | None = None,
    test: int | None = None,
    flatten: bool = False,
    dtype: DTypeLike = np.uint8,
    quiet: bool = False,
) -> Data:
    """Load pictures and labels; prints one line that says which data set it is.

    Arguments:
        dataset: "shapes10" (embedded), "cifar10", or "auto": CIFAR-10 when the environment variable LABKIT_CIFAR10
            names its folder or `datasets/cifar-10-batches-py` is in this folder or one above, otherwise shapes10.
        train, validation, test: how many pictures of each; None means all that are usual (shapes10: 10,000, 1,000
            and 1,000; CIFAR-10: 49,000, 1,000 and 1,000). The first n of a split are always the same.
        flatten: give each picture as one row of 3,072 numbers.
        dtype: dtype of the pictures; uint8, or a floating type. The values stay 0 .. 255.
        quiet: print nothing.

    Returns: Data.
    Raises: TypeError or ValueError naming the argument; DataError when CIFAR-10 is missing or damaged.
    """
    name, folder = _choose(dataset)
    sizes = _sizes(name, train, validation, test)
    kind = _pixel_dtype(dtype)
    splits = _shapes10_splits(sizes) if folder is None else _cifar10_splits(folder, sizes)
    finished = [(_finish(x, flatten, kind), y) for x, y in splits]
    if not quiet:
        source = "embedded data set shapes10" if folder is None else f"CIFAR-10 from {folder}"
        counts = " / ".join(f"{size:,}" for size in sizes)
        print(f"Data: {source}, {counts} pictures (train / validation / test)")
    (x_train, y_train), (x_val, y_val), (x_test, y_test) = finished
    names = shapes10.CLASS_NAMES if folder is None else cifar10.class_names(folder)
    return Data(x_train, y_train, x_val, y_val, x_test, y_test, names, name)


def hidden_split(
    dataset: str, seed: int, n: int, flatten: bool = False, dtype: DTypeLike = np.uint8
) -> Split:
    """Pictures that `load_data` never gives, for questions about accuracy. The seed is the staff's secret.

    Arguments:
        dataset: "shapes10": new pictures drawn from the seed; "cifar10": n of the last 9,000 test pictures, in an
            order drawn from the seed.
        seed: any non-negative integer; a large one cannot be guessed. n: how many. flatten, dtype: as in load_data.

    Returns: X (n, 32, 32, 3) or (n, 3072), y (n,) int64.
    """
    _, folder = _choose(dataset)
    seed = _count("seed", seed)
    kind = _pixel_dtype(dtype)
    if folder is None:
        n = _count("n", n, 50_000)
        x, y = shapes10.generate(n, seed, domain=_HIDDEN)
    else:
        n = _count("n", n, cifar10.TEST - cifar10.PUBLIC_TEST)
        pictures, labels = cifar10.read_test(folder)
        chosen = cifar10.PUBLIC_TEST + Stream(1, _HIDDEN, seed).order(cifar10.TEST - cifar10.PUBLIC_TEST)[:n]
        x, y = pictures[chosen], labels[chosen]
    return _finish(x, flatten, kind), y


def _choose(dataset: object) -> tuple[str, Path | None]:
    """The data set's name, and CIFAR-10's folder if it is that."""
    if not isinstance(dataset, str):
        raise TypeError(f"dataset must be a name in quotes, got {type(dataset).__name__}")
    if dataset not in ("auto", *DATASETS):
        raise ValueError(f'dataset must be "auto", "shapes10" or "cifar10", got {dataset!r}')
    if dataset == "shapes10":
        return dataset, None
    folder = cifar10.find()
    if folder is not None:
        return "cifar10", folder
    if dataset == "cifar10":
        raise DataError(
            "CIFAR-10 is not here",
            f"no {cifar10.FOLDER} in a datasets folder at or above {Path.cwd()}",
            "Run `python datasets/fetch_cifar10.py`, or set LABKIT_CIFAR10 to the folder that holds data_batch_1.",
        )
    return "shapes10", None


def _sizes(name: str, *wanted: int | None) -> tuple[int, int, int]:
    sizes = []
    for split, size, default, largest in zip(_SPLITS, wanted, _DEFAULT[name], _LARGEST[name], strict=True):
        sizes.append(default if size is None else _count(split, size, largest, name))
    train, validation, test = sizes
    if name == "cifar10" and train + validation > cifar10.TRAIN:
        raise ValueError(
            f"train + validation must be at most {cifar10.TRAIN:,} pictures of cifar10, got {train:,} + {validation:,}"
        )
    return train, validation, test


def _count(argument: str, value: object, largest: int | None = None, name: str = "") -> int:
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{argument} must be a whole number, got {value!r}") from None
    if number < 0 or (largest is not None and number > largest):
        of = f" for {name}" if name else ""
        limits = f"from 0 to {largest:,}{of}" if largest is not None else "0 or more"
        raise ValueError(f"{argument} must be {limits}, got {number:,}")
    return number


def _pixel_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"dtype must be a NumPy dtype such as np.float64, got {dtype!r}") from None
    if kind != np.uint8 and kind.kind != "f":
        raise ValueError(
            f"dtype must be uint8 or a floating type, because pixels go from 0 to 255; got {kind}"
        )
    return kind


def _finish(pictures: NDArray[np.uint8], flatten: bool, kind: np.dtype[Any]) -> Pixels:
    shape = (len(pictures), 3072) if flatten else (len(pictures), 32, 32, 3)
    return pictures.reshape(shape).astype(kind, copy=False)


def _shapes10_splits(sizes: tuple[int, int, int]) -> list[Split]:
    splits: list[Split] = []
    for split, size in zip(_SPLITS, sizes, strict=True):
        key = f"shapes10-{shapes10.fingerprint()}-{split}"
        seed = _SHAPES10_SEEDS[split]
        splits.append(cached(key, size, partial(shapes10.generate, seed=seed)))
    return splits


def _cifar10_splits(folder: Path, sizes: tuple[int, int, int]) -> list[Split]:
    train, validation, test = sizes
    pictures, labels = cifar10.read_training(folder)
    last = slice(cifar10.TRAIN - validation, cifar10.TRAIN)
    splits: list[Split] = [(pictures[:train].copy(), labels[:train]), (pictures[last].copy(), labels[last])]
    pictures, labels = cifar10.read_test(folder)
    return [*splits, (pictures[:test].copy(), labels[:test])]

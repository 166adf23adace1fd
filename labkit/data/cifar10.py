"""CIFAR-10 in its official Python layout, read without running what a pickle may ask for.

A pickle is a program: unpickling a file from somewhere can run anything. The batches only need a dictionary, lists,
strings, numbers and one array, so the reader here knows the few names that rebuild an array and refuses every other. Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.errors import DataError

FOLDER = "cifar-10-batches-py"
BATCH = 10_000
TRAIN, TEST = 50_000, 10_000
PUBLIC_TEST = 1_000  # load_data gives these test pictures only; the others are the staff's hidden split
TRAINING_FILES = tuple(f"data_batch_{i}" for i in range(1, 6))
TEST_FILE = "test_batch"
META_FILE = "batches.meta"

_LARGEST_FILE = 64 * 2**20  # an official batch has 31 MB
_AGAIN = "Fetch it again with `python datasets/fetch_cifar10.py`."

Split = tuple[NDArray[np.uint8], NDArray[np.int64]]


def find() -> Path | None:
    """CIFAR-10's folder: LABKIT_CIFAR10 if set, else datasets/cifar-10-batches-py here or in a folder above.

    Raises: DataError when LABKIT_CIFAR10 is set and no CIFAR-10 is there.
    """
    chosen = os.environ.get("LABKIT_CIFAR10", "")
    if chosen:
        place = Path(chosen).expanduser()
        for folder in (place, place / FOLDER):
            if (folder / "data_batch_1").is_file():
                return folder
        raise DataError(
            "LABKIT_CIFAR10 names a folder without CIFAR-10",
            place,
            "It must hold data_batch_1 and the other files of the archive; or unset LABKIT_CIFAR10.",
        )
    here = Path.cwd()
    for place in (here, *here.parents):
        folder = place / "datasets" / FOLDER
        if (folder / "data_batch_1").is_file():
            return folder
    return None


def read_training(folder: Path) -> Split:
    """All 50,000 training pictures (50000, 32, 32, 3) uint8 and labels (50000,) int64, in the order of the files."""
    pictures = np.empty((TRAIN, 32, 32, 3), np.uint8)
    labels = np.empty(TRAIN, np.int64)
    for i, name in enumerate(TRAINING_FILES):
        part = slice(i * BATCH, (i + 1) * BATCH)
        pictures[part], labels[part] = read_batch(Path(folder) / name)
    return pictures, labels


def read_test(folder: Path) -> Split:
    """All 10,000 test pictures (10000, 32, 32, 3) uint8 and labels (10000,) int64."""
    return read_batch(Path(folder) / TEST_FILE)


def read_batch(path: Path) -> Split:
    """One file of 10,000 pictures (10000, 32, 32, 3) uint8 and labels (10000,) int64. Raises DataError."""
    batch = _unpickle(path)
    data, labels = batch.get(b"data"), batch.get(b"labels")
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape != (BATCH, 3072):
        raise DataError(f"The pictures are not a uint8 array of shape ({BATCH}, 3072)", path, _AGAIN)
    if (
        not isinstance(labels, list)
        or len(labels) != BATCH
        or not all(type(k) is int and 0 <= k < 10 for k in labels)
    ):
        raise DataError(f"The labels are not a list of {BATCH} numbers from 0 to 9", path, _AGAIN)
    pictures = data.reshape(BATCH, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pictures), np.array(labels, np.int64)


def class_names(folder: Path) -> tuple[str, ...]:
    """The ten names in batches.meta."""
    path = Path(folder) / META_FILE
    names = _unpickle(path).get(b"label_names")
    if not isinstance(names, list) or len(names) != 10:
        raise DataError("There is no list of ten class names", path, _AGAIN)
    return tuple(_text(name, path) for name in names)


def _text(name: object, path: Path) -> str:
    if isinstance(name, bytes):
        name = name.decode("ascii", "replace")
    if not isinstance(name, str):
        raise DataError(f"A class name is a {type(name).__name__} instead of text", path, _AGAIN)
    return name


class _Dtype:
    """Stands for the dtype in a pickle; only its name is looked at."""

    def __init__(self, name: object, *_: object) -> None:
        self.name = name

    def __setstate__(self, state: object) -> None:
        """Byte order and fields: uint8 has none."""


class _Array:
    """Stands for an array in a pickle, so that NumPy's own code never sees what the file says about memory."""

    def __init__(
        self, buffer: object = b"", dtype: object = None, shape: object = (), order: object = "C"
    ) -> None:
        self._content = (buffer, dtype, shape, order)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, shape, dtype, fortran, buffer = state
        self._content = (buffer, dtype, shape, "F" if fortran else "C")

    def rebuild(self) -> NDArray[np.uint8]:
        """The array, if it is a plain one of bytes."""
        buffer, dtype, shape, order = self._content
        if not isinstance(dtype, _Dtype) or dtype.name not in (b"u1", "u1", b"|u1", "|u1"):
            raise pickle.UnpicklingError("an array of something else than uint8")
        if not isinstance(buffer, bytes | bytearray) or not isinstance(shape, tuple):
            raise pickle.UnpicklingError("an array that is not made of plain bytes")
        return np.frombuffer(buffer, np.uint8).reshape(shape, order="F" if order == "F" else "C")


class _Sealed:
    """A function that a pickle may call but not change."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *arguments: object) -> Any:
        return self._function(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("an attempt to change the reader")


def _empty_array(*_: object) -> _Array:
    """In place of NumPy's `_reconstruct(type, shape, typecode)`; the pickle's next step fills it."""
    return _Array()


def _encode(text: str, encoding: str) -> bytes:
    """`_codecs.encode` for the one encoding with which protocol 2 writes bytes."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError("bytes in another encoding than latin-1")
    return text.encode("latin-1")


_ALLOWED: dict[tuple[str, str], object] = {
    ("numpy", "ndarray"): None,  # named as an argument only
    ("numpy", "dtype"): _Sealed(_Dtype),
    ("numpy.core.multiarray", "_reconstruct"): _Sealed(_empty_array),
    ("numpy._core.multiarray", "_reconstruct"): _Sealed(_empty_array),
    ("numpy.core.numeric", "_frombuffer"): _Sealed(_Array),
    ("numpy._core.numeric", "_frombuffer"): _Sealed(_Array),
    ("_codecs", "encode"): _Sealed(_encode),
}


class _Reader(pickle.Unpickler):
    """An unpickler that knows arrays and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise _ForbiddenError(f"{module}.{name}") from None

    def persistent_load(self, pid: object) -> Any:
        raise _ForbiddenError("a persistent object")


class _ForbiddenError(Exception):
    pass


def _unpickle(path: Path) -> dict[bytes, Any]:
    """The dictionary in a batch file, its keys as bytes. Raises DataError for anything else."""
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise DataError(f"The file is too large for CIFAR-10 ({size / 2**20:.0f} MB)", path, _AGAIN)
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror or error}", path, _AGAIN) from error
    try:
        batch = _Reader(io.BytesIO(content), encoding="bytes").load()
        if isinstance(batch, dict):
            return {_key(key): v.rebuild() if isinstance(v, _Array) else v for key, v in batch.items()}
    except _ForbiddenError as error:
        raise DataError(
            f"The file asks for {error}, which CIFAR-10 does not need, so it was not opened",
            path,
            "It may be harmful: delete it and run `python datasets/fetch_cifar10.py`.",
        ) from None
    except Exception as error:
        raise DataError(f"The file is damaged ({type(error).__name__})", path, _AGAIN) from error
    raise DataError(f"The file holds a {type(batch).__name__} instead of a dictionary", path, _AGAIN)


def _key(key: object) -> Any:
    return key.encode("latin-1") if isinstance(key, str) else key

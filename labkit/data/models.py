"""Save and load a model as named arrays in one .npz file, without pickles."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.data.errors import DataError


def save_model(path: str | os.PathLike[str], /, **arrays: ArrayLike) -> Path:
    """Write arrays under their names: `save_model("softmax_best.npz", W=W, b=b, mean=mean_image)`.

    Arguments: path, ending in .npz; arrays of numbers (or single numbers), at least one.
    Returns: the path. An existing file is replaced only when the new one is complete.
    Raises: TypeError or ValueError naming the argument; DataError when the file cannot be written.
    """
    target = _path(path)
    if not arrays:
        raise ValueError(f"save_model needs at least one named array, as in save_model({target.name!r}, W=W)")
    content = {name: _array(name, value) for name, value in arrays.items()}
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            _savez(file, content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except OSError as error:
        raise DataError(f"The model cannot be saved: {error.strerror or error}", target) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return target


def load_model(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Read what save_model wrote: a dictionary from names to arrays.

    Raises: TypeError or ValueError for a wrong path; DataError when the file is missing, damaged or holds something
    else than arrays.
    """
    source = _path(path)
    try:
        with np.load(source, allow_pickle=False) as file:
            model = {name: file[name] for name in file.files}
            if not all(isinstance(array, np.ndarray) for array in model.values()):
                raise ValueError("a member that is not an array")
            return model
    except FileNotFoundError as error:
        raise DataError("There is no such model file", source, "Save it first with save_model.") from error
    except OSError as error:
        raise DataError(f"The model cannot be read: {error.strerror or error}", source) from error
    except (
        ValueError,
        EOFError,
        KeyError,
        TypeError,
        MemoryError,
        zipfile.BadZipFile,
        zlib.error,
        AttributeError,
    ) as error:
        raise DataError(
            "The file is damaged or holds something else than arrays",
            source,
            "Save it again with save_model.",
        ) from error


def _path(path: object) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a file name, got {type(path).__name__}")
    target = Path(path)
    if target.suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {str(path)!r}")
    return target


def _array(name: str, value: object) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(
            f"{name} must be an array of numbers, got a {type(value).__name__} of uneven parts"
        ) from None
    if array.dtype.kind not in "biuf":
        what = f"array of {array.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name} must be an array of real numbers, got {what}")
    return array


def _savez(file: Any, content: dict[str, NDArray[Any]]) -> None:
    """np.savez, except that an array may be called `file` or `args`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in content.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)

"""What a picture is drawn from, checked: every error names the argument, what was expected, and what came."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def numbers(name: str, value: Any, *shape: int | str) -> np.ndarray:
    """Real numbers in an array; a side of `shape` is a length, or a letter for any length."""
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.empty(0, object)
    expected = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must be numbers of shape {expected}, not a {type(value).__name__}{_of(value)}"
        )
    fits = [isinstance(side, str) or side == length for side, length in zip(shape, array.shape, strict=False)]
    if array.ndim != len(shape) or not all(fits):
        raise ValueError(f"{name} must have shape {expected}, not {array.shape}")
    return array


def labels(name: str, value: Any, count: int, classes: int) -> np.ndarray:
    """Integer labels of `count` examples, from 0 to classes - 1."""
    array = numbers(name, value, count)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integer labels, not {array.dtype}")
    if array.size and (array.min() < 0 or array.max() >= classes):
        raise ValueError(
            f"{name} must be labels from 0 to {classes - 1}; it has {array.min()} to {array.max()}"
        )
    return array


def pictures(name: str, value: Any, count: int | None = None) -> None:
    """One picture or more, each (H, W, 3) or a row of 3·S·S numbers; exactly `count` of them if it is given."""
    if not hasattr(value, "__len__") or isinstance(value, str | Mapping):
        raise TypeError(f"{name} must be pictures, not a {type(value).__name__}")
    if len(value) == 0 or (count is not None and len(value) != count):
        raise ValueError(
            f"{name} must be {'1 or more' if count is None else count} pictures, not {len(value)}"
        )
    for one in value[:1] if isinstance(value, np.ndarray) else value:
        array = np.asarray(one)
        square = array.ndim == 1 and 3 * round((array.size / 3) ** 0.5) ** 2 == array.size > 0
        if not square and (array.ndim != 3 or array.shape[-1] != 3):
            raise ValueError(f"{name} must be pictures of shape (H, W, 3) or (3·S·S,), not {array.shape}")
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} must be pictures of numbers, not of {array.dtype}")


def several(name: str, value: Any) -> None:
    """A dictionary that is not empty."""
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{name} must be a dictionary with a name for each of its values, not a {type(value).__name__}"
        )
    if not value:
        raise ValueError(f"{name} must have at least 1 entry, not 0")


def whole(name: str, value: Any, least: int = 1) -> None:
    """A whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number of at least {least}, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value}")


def names(name: str, value: Any, count: int) -> None:
    """A name for each of `count` things."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        raise TypeError(f"{name} must be a list of {count} names, not a {type(value).__name__}")
    if len(value) != count:
        raise ValueError(f"{name} must be {count} names, not {len(value)}")


def _of(value: Any) -> str:
    return f" of {value.dtype}" if isinstance(value, np.ndarray) else ""

"""Values of classes of the student's own, such as a masked array, a `Fraction` or a member of a `StrEnum`.

A check sees the plain value that such an object is worth; where it goes back to the student's code, it goes back as the
object that it is.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np


class KeptArray(np.ndarray):
    """The entries of an array of another class than `np.ndarray`. Arrays made of it are of the plain kind."""

    labkit_object: Any = None
    labkit_entries: bytes = b""

    def __student_type__(self) -> str:
        return "ndarray"


class KeptFloat(float):
    """A number of another class, such as a `Fraction`."""

    labkit_object: Any

    def __student_type__(self) -> str:
        return "float"


class KeptInteger(int):
    """An integer of another class, such as a member of an `IntEnum`."""

    labkit_object: Any

    def __student_type__(self) -> str:
        return "int"


class KeptText(str):
    """Text of another class, such as a member of a `StrEnum`."""

    labkit_object: Any

    def __student_type__(self) -> str:
        return "str"


def worth(value: Any) -> np.ndarray | float | int | str | None:
    """The plain value, an array in its own memory, that an object of a class of its own is worth; None for no such one."""
    try:
        if isinstance(value, np.ndarray):
            return np.array(np.asarray(value))
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int(value)
        return float(value) if isinstance(value, float | Fraction | Decimal) else None
    except Exception:  # of a number of the student's own
        return None


def keep(there: Any, worth: np.ndarray | float | int | str) -> Any:
    """The plain value `worth`, which stands for the object `there`."""
    kept: Any
    if isinstance(worth, np.ndarray):
        kept = worth.view(KeptArray)
        kept.labkit_entries = worth.tobytes()
    else:
        kind = {str: KeptText, float: KeptFloat, int: KeptInteger}[type(worth)]
        kept = kind(worth)
    kept.labkit_object = there
    return kept


def kept_object(value: Any) -> Any:
    """The object that a value stands for, unless the value is an array that has changed since; else the value."""
    if isinstance(value, KeptFloat | KeptInteger | KeptText):
        return value.labkit_object
    if isinstance(value, KeptArray) and value.labkit_object is not None:
        return value.labkit_object if value.tobytes() == value.labkit_entries else value
    return value

"""Gradients as functions return them: in a tuple, in a dictionary, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def type_name(value: Any) -> str:
    """The name of a value's type, for messages; of an object on the student's side, that of its type there."""
    told = getattr(type(value), "__student_type__", None)
    return told(value) if told is not None else type(value).__name__


def a_type(value: Any) -> str:
    """`type_name` with its article: "a tuple", "an int"."""
    name = type_name(value)
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


class GradientsMissing(Exception):
    """What was returned cannot be matched with the variables; the message says why."""


def by_name(
    returned: Any, wanted: tuple[str, ...], floats: tuple[str, ...], inputs: tuple[str, ...], function: str
) -> dict[str, Any]:
    """The wanted gradients by variable; None where a dictionary lacks one.

    A tuple may hold one for each wanted, each floating point, or each variable. A dictionary may use
    the variables' names with or without a leading d.
    """
    if isinstance(returned, Mapping) or (hasattr(returned, "keys") and hasattr(returned, "__getitem__")):
        keys = set(returned.keys())
        return {
            name: returned[name] if name in keys else returned[f"d{name}"] if f"d{name}" in keys else None
            for name in wanted
        }
    if not isinstance(returned, tuple | list):
        returned = (returned,)
    elif isinstance(returned, list) and all(np.isscalar(one) for one in returned):
        raise GradientsMissing(f"{function} returns a list of numbers; expected {_count(wanted)}.")
    for variables in (wanted, floats, inputs):
        if len(returned) == len(variables):
            named = dict(zip(variables, returned, strict=True))
            return {name: named[name] for name in wanted}
    if len(returned) == 1 and returned[0] is None:
        raise GradientsMissing(f"{function} returns None; expected {_count(wanted)}.")
    listing = ", ".join(f"d{name}" for name in floats)
    raise GradientsMissing(
        f"{function} returns {_number(len(returned))}; expected {_count(floats)}, in this order: {listing}."
    )


def _count(variables: tuple[str, ...]) -> str:
    return _number(len(variables))


def _number(count: int) -> str:
    return "1 gradient" if count == 1 else f"{count} gradients"

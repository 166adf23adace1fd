"""How far rounding errors alone move a gradient, from what happens when its inputs move by rounding.

A few samples of the movement, taken generously, and never more than the output's own precision allows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.gradcheck.differences import Floats

Array = NDArray[Any]
SAMPLES = 4


def shaken(x: Array, rng: np.random.Generator) -> Array:
    """x with every entry moved by a rounding error or two; zeros stay zeros."""
    eps = float(np.finfo(x.dtype).eps)
    return np.asarray(x * (1 + 2 * eps * rng.uniform(-1, 1, size=x.shape))).astype(x.dtype)


def moved_by(before: Any, after: Any, shape: tuple[int, ...]) -> Floats:
    """Size of the change of each entry, of this shape; none where either is no gradient of this shape."""
    if np.shape(before) != shape or np.shape(after) != shape or np.asarray(before).dtype.kind != "f":
        return np.zeros(shape)
    change = np.abs(np.asarray(before, dtype=np.float64) - np.asarray(after, dtype=np.float64))
    return np.where(np.isfinite(change), change, 0.0)


def allowed(change: Floats, given: Any, x: Array, output: float) -> Floats:
    """A generous bound on an entry's rounding error, from the largest of some changes by rounding.

    Never more than a tenth of the typical entry, or some hundred rounding errors of the contracted
    output per size of x: a function cannot excuse any gradient by being erratic. Where x varies
    little around a large mean, differences within it have lost digits, and more is allowed.
    """
    if np.shape(given) != change.shape or change.size == 0:
        return np.zeros_like(change)
    typical = float(np.quantile(change, 0.75))
    entry = float(np.sqrt(np.mean(np.clip(np.asarray(given, dtype=np.float64), -1e100, 1e100) ** 2)))
    size = float(np.abs(x).max()) or 1.0
    spread = np.full(x.shape, size)
    for axis in range(x.ndim):
        along = 10 * np.std(x, axis=axis, keepdims=True, dtype=np.float64)
        spread = np.where(along > 1e-6 * size, np.minimum(spread, along), spread)
    single = float(np.finfo(x.dtype).eps) * output / size
    cap = np.maximum(200 * single * (size / spread) ** 2, 0.1 * entry)
    return np.clip(10 * np.maximum(change, typical), 4 * single * size / spread, cap)

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


def moved_by(before: Any, after: Any) -> Floats:
    return np.abs(np.asarray(before, dtype=np.float64) - np.asarray(after, dtype=np.float64))


def allowed(change: Floats, cap: float) -> Floats:
    """A generous bound from samples of rounding errors; never more than ``cap``."""
    typical = float(np.quantile(change, 0.75)) if change.size else 0.0
    return np.minimum(10 * np.maximum(change, typical), cap)


def rounding_cap(x: Array, output: float) -> float:
    """So much of a gradient can be rounding at most: some hundred rounding errors of the output, per size of x."""
    size = float(np.abs(x).max()) if x.size else 0.0
    return 200 * float(np.finfo(x.dtype).eps) * output / (size or 1.0)

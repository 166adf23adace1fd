"""A wrong gradient next to the right one: what the claims of the diagnosis benchmark are tried on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """A wrong gradient next to the right one, on inputs that the diagnosis has not seen.

    Attributes:
        got, right: the two gradients.
        value: what was differentiated.
        n: number of examples.
        reg: strength of the regularization; 0 where there is none.
        upstream: the upstream gradient of a layer; None for a loss.
        under, again: the right and the wrong gradient under another upstream gradient.
        others: the right gradients of all variables.
        inputs: all arrays of floats that go into a layer.
        given: the gradients of all of these as the student gives them.
        instead: the right gradients of layers in which another input is replaced by a function of it.
        labels: of the examples of a loss.
    """

    got: Floats
    right: Floats
    value: Floats
    n: int
    reg: float = 0.0
    upstream: Floats | None = None
    under: Callable[[Floats], Floats] | None = None
    again: Callable[[Floats], Floats] | None = None
    others: tuple[Floats, ...] = ()
    inputs: tuple[Floats, ...] = ()
    given: tuple[Floats, ...] = ()
    instead: Callable[[Callable[[Floats], Floats]], list[Floats]] | None = None
    labels: NDArray[Any] | None = None


def same(a: Any, b: Any) -> bool:
    """Whether two arrays agree but for rounding, and for what finite differences leave."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    return np.allclose(a, b, rtol=1e-5, atol=1e-7 * float(np.abs(b).max(initial=1e-30)))


def axes_of(ndim: int) -> list[tuple[int, ...]]:
    """All sets of axes that are not empty."""
    return [axes for count in range(1, ndim + 1) for axes in itertools.combinations(range(ndim), count)]

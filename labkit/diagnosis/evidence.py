"""What a diagnosis is made from, and the one test that every hypothesis must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Diagnosis:
    """A mistake with a name.

    ``code`` is stable (for statistics), ``sentence`` says what is observed, ``hint`` where to look
    (never the answer), ``confidence`` is between 0 and 1.
    """

    code: str
    sentence: str
    hint: str
    confidence: float


@dataclass(frozen=True)
class Context:
    """What is known besides the two gradients.

    name: of the gradient; variable: of what it belongs to. uncertainty: how wrong each expected entry may
    be. rtol: relative tolerance of the comparison. batch_size: number of examples N. reg: strength of
    ``reg/2 * ||parameter||**2``. parameter: the value that was differentiated. upstream: the gradient
    that a layer was given. alternatives: by code, what the gradient would be under another assumption.
    inputs: all arrays of floats that go into the layer, by name. again: the gradient under test for a multiple
    of the upstream gradient; None where that gives no such array.
    """

    name: str = "the gradient"
    variable: str = "x"
    uncertainty: Floats | float = 0.0
    rtol: float = 1e-6
    batch_size: int | None = None
    reg: float | None = None
    parameter: Floats | None = None
    upstream: Floats | None = None
    alternatives: Mapping[str, Floats] = field(default_factory=dict)
    inputs: Mapping[str, Floats] = field(default_factory=dict)
    again: Callable[[float], Floats | None] | None = None


@dataclass(frozen=True)
class Evidence:
    """Expected and given gradient on the entries that are known; NaN in ``expected`` elsewhere."""

    expected: Floats
    got: Floats
    known: NDArray[np.bool_]
    tolerance: Floats
    context: Context

    @property
    def wrong(self) -> NDArray[np.bool_]:
        return self.differs(self.expected)

    @property
    def name(self) -> str:
        return self.context.name

    def differs(self, predicted: Floats) -> NDArray[np.bool_]:
        """Known entries where the given gradient is not what a hypothesis predicts."""
        with np.errstate(invalid="ignore"):
            return self.known & (np.abs(self.got - predicted) > self._slack(predicted))

    def _slack(self, predicted: Floats) -> Floats:
        """How far another gradient may be from a predicted one and still agree with it."""
        return self.tolerance + 3 * self.context.rtol * np.abs(predicted)

    def support(self, predicted: Floats) -> int:
        """How many entries speak for this prediction and against a correct gradient; 0 if any speaks against it.

        Entries that the prediction leaves unknown (NaN) are not counted; half must be known.
        """
        seen = self.known & np.isfinite(predicted)
        if not seen.any() or 2 * seen.sum() < self.known.sum() or (self.differs(predicted) & seen).any():
            return 0
        with np.errstate(invalid="ignore"):
            sharp = np.abs(self.got - self.expected) > 20 * self.tolerance
            return int(np.sum(seen & sharp & self.wrong))

    def is_right(self, predicted: Floats) -> bool:
        """Whether this is the expected gradient, as far as that is known."""
        if predicted.shape != self.expected.shape or not self.known.any():
            return False
        with np.errstate(invalid="ignore"):
            return not (self.known & ~(np.abs(predicted - self.expected) <= self._slack(predicted))).any()

    def restores(self, restored: Floats) -> int:
        """Support for a hypothesis that undoes the mistake: ``restored`` would be the expected gradient.

        This way round, entries in other places are needed of the given gradient only, which is known everywhere.
        """
        seen = self.known & np.isfinite(restored)
        with np.errstate(invalid="ignore"):
            off = seen & (np.abs(restored - self.expected) > self._slack(restored))
            sharp = np.abs(self.got - self.expected) > 20 * self.tolerance
            sharp &= np.abs(self.expected) > 20 * self.tolerance
        if off.any() or 2 * seen.sum() < self.known.sum():
            return 0
        return int(np.sum(seen & sharp & self.wrong))


def gather(expected: Floats, got: Floats, context: Context) -> Evidence:
    """Evidence with the tolerance that every hypothesis is tested at."""
    known = np.isfinite(expected) & np.isfinite(got)
    uncertainty = np.broadcast_to(np.asarray(context.uncertainty, dtype=np.float64), expected.shape)
    known &= np.isfinite(uncertainty)
    expected = np.where(known, expected, np.nan)
    size = float(np.sqrt(np.mean(expected[known] ** 2))) if known.any() else 0.0
    with np.errstate(invalid="ignore"):
        tolerance = 3 * context.rtol * (np.abs(expected) + 0.03 * size) + 3 * uncertainty
    return Evidence(expected, got, known, np.where(known, tolerance, 0.0), context)


def certainty(support: int, fitted: int = 0, single: float = 0.85) -> float:
    """Confidence from the number of entries that match beyond the constants that were fitted."""
    spare = support - fitted
    if spare < 1:
        return 0.0
    return min(0.99, 1 - (1 - single) / spare)


def penalty(evidence: Evidence) -> Floats:
    """What the regularization adds to the gradient of a matrix of weights; zeros where there is none."""
    reg, weight = evidence.context.reg, evidence.context.parameter
    if not reg or weight is None or evidence.context.upstream is not None or evidence.got.ndim < 2:
        return np.zeros_like(evidence.got)
    return reg * weight


def subsets(ndim: int) -> list[tuple[int, ...]]:
    """All sets of axes that are not empty, small ones first."""
    return [axes for count in range(1, ndim + 1) for axes in combinations(range(ndim), count)]


def named(axes: tuple[int, ...]) -> str:
    """ "axis 0", or "axes 0, 1 and 2"."""
    *first, last = map(str, axes)
    return f"axes {', '.join(first)} and {last}" if first else f"axis {last}"

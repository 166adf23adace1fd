"""Derivatives of a function that can only be called: central differences that know how wrong they may be.

Along a direction v, with steps h and h/2 and the value at x itself, five values give

* two central differences and Richardson's combination of them (error of order h**4),
* their disagreement, which bounds what the curvature does to the result,
* the disagreement of the one-sided differences with their curvature part removed: zero for a smooth
  function, the change of slope for one with a kink at x,
* the rounding error of the function's values divided by h.

The sum of the last three is the error that is reported. A step that does not settle it is followed by
smaller ones (kinks nearby, strong curvature) or a larger one (rounding).
See W. H. Press et al., Numerical Recipes, section 5.7; L. F. Richardson, 1911.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SHRINK = 32.0  # from one step to the next smaller one
LEVELS = 5  # steps tried before giving up
POINTS = 4  # evaluations per step


class NoNumber(TypeError):
    """A function returned something that is no number and no array of numbers."""


class BudgetSpent(Exception):
    """The evaluations that were allowed are used up."""


@dataclass(frozen=True)
class Slope:
    """Derivatives of m contracted outputs along one direction: value, possible error, kink; each (m,)."""

    value: Floats
    error: Floats
    kink: NDArray[np.bool_]


def entry_scale(x: Floats) -> Floats:
    """How far each entry of x may be thought to move: its own size, with care for zeros and offsets.

    Where x varies little around a large mean (along any axis), the variation counts, not the mean.
    """
    size = np.abs(x)
    if not np.any(size > 0):
        return np.ones_like(x)
    largest = float(size.max())
    for axis in range(x.ndim):
        spread = 10 * largest * np.std(x / largest, axis=axis, keepdims=True)
        size = np.where(spread > 1e-9 * largest, np.minimum(size, spread), size)
    typical = float(np.exp(np.median(np.log(size[size > 0]))))
    return np.maximum(size, 1e-3 * typical)


class Differences:
    """Counts, evaluates and differentiates f at x. Hands out copies only; x is never changed.

    ``weights (m, P)`` contract the P outputs of f to m numbers, of which the first ``primary`` must be
    accurate. ``f`` receives a float64 array of x's shape. Exceptions of f pass through.
    """

    def __init__(
        self,
        f: Callable[[Floats], Any],
        x: ArrayLike,
        weights: Callable[[Floats], Floats] | None = None,
        primary: int = 1,
        budget: int = 1000,
    ) -> None:
        self.x = np.array(x, dtype=np.float64)
        self.scale = entry_scale(self.x)
        self._f = f
        self.budget = budget
        self.primary = primary
        self.evaluations = 0
        first = number(self._call(self.x))
        self.shape = first.shape
        self.output = first.astype(np.float64).ravel()
        precision = first.dtype if first.dtype.kind == "f" else np.dtype(np.float64)
        self.eps = max(float(np.finfo(precision).eps), float(np.finfo(np.float64).eps))
        self.step = self.eps**0.2
        self.weights = np.ones((1, 1)) if weights is None else weights(first)

    @property
    def left(self) -> int:
        """Evaluations that may still be spent."""
        return self.budget - self.evaluations

    @property
    def natural(self) -> Floats:
        """Size of the contracted outputs without cancellation, (m,)."""
        return np.abs(self.weights) @ np.abs(self.output)

    def _call(self, x: Floats) -> Any:
        self.evaluations += 1
        return self._f(x.copy())

    def value(self, x: Floats) -> Floats:
        """All outputs at x, (P,) float64; not finite where f is not."""
        with np.errstate(all="ignore"):
            out = np.asarray(self._call(x), dtype=np.float64)
        if out.shape != self.shape:
            raise ValueError(
                f"the function returned shape {out.shape} after {self.shape} for the same input shape"
            )
        return out.ravel()

    def along(self, direction: Floats, target: Floats | float = 0.0) -> Slope:
        """The derivative along ``direction``, with steps until the error is at most ``target``.

        Raises BudgetSpent when not even one step can be paid.
        """
        if self.left < POINTS:
            raise BudgetSpent
        p, step = self.primary, self.step
        best, jump, noise = self._slope(direction, step)
        first_noise, lasting = noise[:p], np.zeros(p, dtype=bool)
        for _ in range(LEVELS - 1):
            if np.all(best.error[:p] <= target) or self.left < POINTS or np.all(lasting):
                break
            step /= SHRINK
            new, new_jump, noise = self._slope(direction, step)
            change = np.abs(np.abs(new_jump[:p]) - np.abs(jump[:p]))
            lasting = new.kink[:p] & (change <= 0.02 * np.abs(jump[:p]))
            settled = (best.error[:p] <= 0.1 * np.abs(best.value[:p])) & ~best.kink[:p]
            worse = new.error[:p] >= 0.5 * best.error[:p]
            best, jump = _better(best, new), new_jump
            if np.all((settled & worse) | (noise[:p] > 0.3 * best.error[:p])):
                break
        rounding = (first_noise > 0.02 * best.error[:p]) & (best.error[:p] > target) & ~lasting
        if self.left >= POINTS and np.any(rounding):
            best = _better(self._slope(direction, 16 * self.step)[0], best)
        kink = np.zeros_like(best.kink)
        kink[:p] = lasting | np.isinf(best.error[:p])
        return Slope(best.value, best.error, kink)

    def _slope(self, direction: Floats, h: float) -> tuple[Slope, Floats, Floats]:
        """The slope with this step, the change of slope at x, and the rounding error."""
        far = self.value(self.x + h * direction), self.value(self.x - h * direction)
        near = self.value(self.x + h / 2 * direction), self.value(self.x - h / 2 * direction)
        with np.errstate(all="ignore"):
            wide = self.weights @ (far[0] - far[1]) / (2 * h)
            narrow = self.weights @ (near[0] - near[1]) / h
            wide_jump = self.weights @ ((far[0] - self.output) + (far[1] - self.output)) / h
            narrow_jump = self.weights @ ((near[0] - self.output) + (near[1] - self.output)) / (h / 2)
            jump = 2 * narrow_jump - wide_jump
            size = np.maximum(np.abs(self.output), np.maximum(np.abs(far[0]), np.abs(far[1])))
            noise = 4 * self.eps * np.sqrt(self.weights**2 @ size**2) / h
            value = (4 * narrow - wide) / 3
            error = np.abs(wide - narrow) + np.abs(jump) / 2 + 2 * noise
            kink = (np.abs(jump) > 1e-3 * (np.abs(value) + np.abs(jump))) & (np.abs(jump) > 50 * noise)
        broken = ~(np.isfinite(value) & np.isfinite(error) & np.isfinite(noise))
        value, error = np.where(broken, 0.0, value), np.where(broken, np.inf, error)
        jump, noise = np.where(broken, 0.0, jump), np.where(broken, 0.0, noise)
        return Slope(value, error, kink & ~broken), jump, noise

    def entry(self, index: int, target: Floats | float = 0.0) -> Slope:
        """The partial derivative with respect to the entry with this flat index."""
        scale = float(self.scale.ravel()[index])
        direction = np.zeros_like(self.x)
        direction.reshape(-1)[index] = scale
        slope = self.along(direction, np.asarray(target) * scale)
        return Slope(slope.value / scale, slope.error / scale, slope.kink)


def _better(coarse: Slope, fine: Slope) -> Slope:
    """The more certain of two, entry by entry.

    Several kinks within a step can cancel in its error; where the smaller step disagrees, it is believed.
    """
    disagreement = np.abs(coarse.value - fine.value) - np.where(np.isfinite(fine.error), fine.error, np.inf)
    first = np.maximum(coarse.error, disagreement) <= fine.error
    return Slope(
        np.where(first, coarse.value, fine.value),
        np.where(first, np.maximum(coarse.error, disagreement), fine.error),
        np.where(first, coarse.kink, fine.kink),
    )


def numerical_gradient(
    f: Callable[[Floats], Any], x: ArrayLike, *, upstream: ArrayLike | None = None, h: float | None = None
) -> Floats:
    """The gradient of f at x by central differences, one entry after the other.

    f maps an array of x's shape to a number, or to an array when ``upstream`` (of that array's shape) is
    given; then the gradient of ``(upstream * f(x)).sum()`` is returned. Steps fit the size of each entry
    and a second step improves the result, unless ``h`` asks for plain differences with that step.
    x and upstream are not changed. Returns float64 of x's shape. TypeError for an x of integers,
    ValueError for an upstream that is missing or of another shape.
    """
    start = float_array(x, "x")
    function("f", f)
    if h is not None and not (isinstance(h, int | float | np.floating) and h > 0):
        raise ValueError(f"the step h must be a positive number, not {h!r}")
    slopes = Differences(f, start, contraction(upstream), budget=10**15)
    gradient = np.zeros(start.size)
    for index in range(start.size):
        if h is None:
            floor = 1e-12 * float(slopes.natural[0]) / float(slopes.scale.ravel()[index])
            gradient[index] = _settled(slopes, index, floor)
        else:
            wiggle = np.zeros_like(start)
            wiggle.reshape(-1)[index] = h
            rise = slopes.value(start + wiggle) - slopes.value(start - wiggle)
            gradient[index] = (slopes.weights @ rise)[0] / (2 * h)
    return gradient.reshape(start.shape)


def _settled(slopes: Differences, index: int, floor: float) -> float:
    rough = slopes.entry(index, target=np.inf)
    if rough.error[0] <= 1e-6 * abs(rough.value[0]) + floor:
        return float(rough.value[0])
    fine = slopes.entry(index, target=1e-7 * abs(rough.value[0]) + floor)
    value = fine.value[0] if np.isfinite(fine.error[0]) else np.nan
    return float(value)


def function(name: str, value: Any) -> None:
    """TypeError for anything that cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, not a {type(value).__name__}")


def generator(value: Any) -> None:
    """TypeError for anything but NumPy's random generators."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator such as np.random.default_rng(0), not {value!r}"
        )


def number(output: Any) -> NDArray[Any]:
    """A function's value as an array; NoNumber for anything else."""
    try:
        array = np.asarray(output)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype.kind not in "biuf":
        raise NoNumber(
            f"the function must return a number or an array of numbers, not a {type(output).__name__}"
        )
    return array


def float_array(x: ArrayLike, name: str) -> Floats:
    """A float64 copy of x; TypeError where a derivative makes no sense."""
    array = np.asarray(x)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} holds {array.dtype} values; only floating point numbers can be differentiated"
        )
    return np.array(array, dtype=np.float64)


def contraction(upstream: ArrayLike | None) -> Callable[[Any], Floats]:
    """Weights (1, P) for a function's first output: the upstream gradient, or 1 for a single number."""

    def weights(output: Any) -> Floats:
        if upstream is None:
            if np.size(output) != 1:
                raise ValueError(
                    f"the function returns an array of shape {np.shape(output)}: give the upstream gradient"
                )
            return np.ones((1, 1))
        given = np.asarray(upstream, dtype=np.float64)
        if given.shape != np.shape(output):
            raise ValueError(f"upstream has shape {given.shape}, the function's output {np.shape(output)}")
        return given.reshape(1, -1)

    return weights

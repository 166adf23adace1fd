"""What each diagnosis claims, as a statement about numbers that can be tried on other inputs.

The tests are written apart from `labkit.diagnosis`, and know the right gradient exactly.
"""

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


def holds(code: str, case: Measured) -> bool:
    """Whether the claim of a diagnosis is true here. KeyError for a diagnosis that this file does not know."""
    return bool(CLAIMS[code](case))


def _same(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    return np.allclose(a, b, rtol=1e-5, atol=1e-7 * float(np.abs(b).max(initial=1e-30)))


def _times(constant: Callable[[Measured], float]) -> Callable[[Measured], bool]:
    return lambda case: _same(case.got, constant(case) * case.right)


def _some_factor(case: Measured) -> bool:
    scale = float(np.sum(case.right * case.right))
    return scale > 0 and _same(case.got, float(np.sum(case.got * case.right)) / scale * case.right)


def _regularized(
    data: Callable[[Measured], float], weight: Callable[[Measured], float]
) -> Callable[[Measured], bool]:
    """The share of the examples times one constant plus the regularization's times another."""

    def claim(case: Measured) -> bool:
        added = case.reg * case.value
        return _same(case.got, data(case) * (case.right - added) + weight(case) * added)

    return claim


def _some_regularization(case: Measured) -> bool:
    missed = case.got - case.right
    return _same(missed, float(np.sum(missed * case.value) / np.sum(case.value**2)) * case.value)


def _per_line(axis: int) -> Callable[[Measured], bool]:
    def claim(case: Measured) -> bool:
        ratio = (case.got * case.right).sum(axis=axis, keepdims=True) / (case.right**2).sum(
            axis=axis, keepdims=True
        )
        return _same(case.got, ratio * case.right)

    return claim


def _some_data_factor(case: Measured) -> bool:
    added = case.reg * case.value
    got, right = case.got - added, case.right - added
    return _same(got, float(np.sum(got * right) / np.sum(right**2)) * right)


def _axes(ndim: int) -> list[tuple[int, ...]]:
    return [axes for count in range(1, ndim + 1) for axes in itertools.combinations(range(ndim), count)]


def _transposed(case: Measured) -> bool:
    pairs = itertools.combinations(range(case.right.ndim), 2)
    return any(_same(case.got, np.swapaxes(case.right, *pair)) for pair in pairs)


def _flipped(case: Measured) -> bool:
    return any(_same(case.got, np.flip(case.right, axes)) for axes in _axes(case.right.ndim))


def _offset(case: Measured) -> bool:
    for axis in range(case.right.ndim):
        got, right = np.moveaxis(case.got, axis, 0), np.moveaxis(case.right, axis, 0)
        if len(right) > 1 and (_same(got[1:], right[:-1]) or _same(got[:-1], right[1:])):
            return True
    return False


def _permuted(case: Measured) -> bool:
    for axis in range(case.right.ndim):
        got, right = np.moveaxis(case.got, axis, 0), np.moveaxis(case.right, axis, 0)
        left = list(right)
        for row in got:
            at = next((index for index, other in enumerate(left) if _same(row, other)), None)
            if at is None:
                break
            del left[at]
        if not left:
            return True
    return False


def _collapsed(case: Measured) -> bool:
    for axes in _axes(case.right.ndim):
        for total in (
            case.right.sum(axis=axes, keepdims=True),
            case.right.mean(axis=axes, keepdims=True),
        ):
            if _same(case.got, np.broadcast_to(total, case.right.shape)) or _same(
                case.got, total.squeeze(axes)
            ):
                return True
    return False


def _wrong_axis(case: Measured) -> bool:
    upstream = case.upstream
    return upstream is not None and any(
        _same(case.got, upstream.sum(axis=axes)) for axes in _axes(upstream.ndim)
    )


def _upstream(change: Callable[[Floats], Floats]) -> Callable[[Measured], bool]:
    def claim(case: Measured) -> bool:
        return (
            case.under is not None
            and case.upstream is not None
            and _same(case.got, case.under(change(case.upstream)))
        )

    return claim


def _rows(pick: Callable[[Any, int], Any], axis: int = 0) -> Callable[[Floats], Floats]:
    """The upstream gradient with only some of its rows (or columns) left."""

    def change(upstream: Floats) -> Floats:
        count = upstream.shape[axis]
        kept = pick(np.arange(count), count).reshape([-1 if a == axis else 1 for a in range(upstream.ndim)])
        return upstream * kept

    return change


def _off(array: Floats, like: Floats) -> NDArray[np.bool_]:
    return np.abs(array) <= 1e-9 * float(np.abs(like).max(initial=1e-30))


def _mask_missing(case: Measured) -> bool:
    on = ~_off(case.right, case.right)
    return _same(case.got[on], case.right[on]) and bool(np.any(case.got[~on]))


def _mask_inverted(case: Measured) -> bool:
    off_right, off_got = _off(case.right, case.right), _off(case.got, case.got)
    return bool(np.all(off_right != off_got))


def _left_out(case: Measured) -> bool:
    on = ~_off(case.got, case.right)
    return _same(case.got[on], case.right[on]) and not on.all()


def _nearly(case: Measured) -> bool:
    return float(np.abs(case.got - case.right).max()) <= 2e-4 * float(np.abs(case.right).max())


def _few(case: Measured) -> bool:
    slack = 1e-5 * np.abs(case.right) + 1e-7 * float(np.abs(case.right).max())
    wrong = np.abs(case.got - case.right) > slack
    return 0 < wrong.sum() <= 0.5 * wrong.size


def _lost_path(mean: bool, var: bool) -> Callable[[Measured], bool]:
    """What is missing is constant along an axis, or proportional to the deviation from its mean, or both."""

    def claim(case: Measured) -> bool:
        missed = case.got - case.right
        for axis in range(case.value.ndim):
            centered = case.value - case.value.mean(axis=axis, keepdims=True)
            level = missed.mean(axis=axis, keepdims=True) if mean else 0.0
            slope = (missed * centered).sum(axis=axis, keepdims=True) / (centered**2).sum(
                axis=axis, keepdims=True
            )
            if _same(case.right + missed, case.right + level + (slope if var else 0.0) * centered):
                return True
        return False

    return claim


CLAIMS: dict[str, Callable[[Measured], bool]] = {
    "all_zero": lambda case: not case.got.any(),
    "sign": _times(lambda case: -1.0),
    "factor": _some_factor,
    "factor_2": _times(lambda case: 2.0),
    "factor_half": _times(lambda case: 0.5),
    "missing_mean": lambda case: (
        _times(lambda c: c.n)(case) or _regularized(lambda c: c.n, lambda c: 1.0)(case)
    ),
    "mean_twice": lambda case: (
        _times(lambda c: 1 / c.n)(case) or _regularized(lambda c: 1 / c.n, lambda c: 1.0)(case)
    ),
    "missing_regularization": _regularized(lambda c: 1.0, lambda c: 0.0),
    "regularization_doubled": _regularized(lambda c: 1.0, lambda c: 2.0),
    "regularization_on_bias": lambda case: _same(case.got, case.right + case.reg * case.value),
    "regularization_factor": _some_regularization,
    "missing_mean_and_regularization": _regularized(lambda c: c.n, lambda c: 0.0),
    "regularization_averaged": _regularized(lambda c: 1.0, lambda c: 1 / c.n),
    "regularization_per_example": _regularized(lambda c: 1.0, lambda c: c.n),
    "only_regularization": lambda case: _same(case.got, case.reg * case.value),
    "regularization_without_parameter": lambda case: _same(
        case.got, case.right - case.reg * case.value + case.reg
    ),
    "data_factor": _some_data_factor,
    "factor_per_column": _per_line(0),
    "factor_per_row": _per_line(1),
    "another_gradient": lambda case: any(_same(case.got, other) for other in case.others),
    "transposed": _transposed,
    "flipped": _flipped,
    "offset": _offset,
    "permuted": _permuted,
    "mask_missing": _mask_missing,
    "mask_inverted": _mask_inverted,
    "entries_left_out": _left_out,
    "nearly": _nearly,
    "few_entries": _few,
    "summed_too_much": _collapsed,
    "wrong_axis": _wrong_axis,
    "mean_constant": _lost_path(mean=True, var=False),
    "variance_constant": _lost_path(mean=False, var=True),
    "mean_and_variance_constant": _lost_path(mean=True, var=True),
    "upstream_ignored": _upstream(np.ones_like),
    "upstream_squared": _upstream(np.square),
    "last_example": _upstream(_rows(lambda at, count: at == count - 1)),
    "first_example": _upstream(_rows(lambda at, count: at == 0)),
    "without_last": _upstream(_rows(lambda at, count: at < count - 1)),
    "without_first": _upstream(_rows(lambda at, count: at > 0)),
    "last_unit": _upstream(_rows(lambda at, count: at == count - 1, axis=1)),
    "shape_transposed": lambda case: _same(case.got.T, case.right),
    "kept_dimension": lambda case: (
        case.got.size == case.right.size and _same(case.got.reshape(case.right.shape), case.right)
    ),
    "not_reshaped": lambda case: (
        case.got.size == case.right.size and _same(case.got.reshape(case.right.shape), case.right)
    ),
    "not_summed": lambda case: any(
        _same(case.got.sum(axis=axis), case.right) for axis in range(case.got.ndim)
    ),
}

"""What each diagnosis claims, as a statement about numbers that can be tried on other inputs.

The tests are written apart from `labkit.diagnosis`, and know the right gradient exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import diagnosis_layer_claims as layer
import numpy as np
from diagnosis_measured import Floats, Measured, axes_of, same
from numpy.typing import NDArray


def holds(code: str, case: Measured) -> bool:
    """Whether the claim of a diagnosis is true here. KeyError for a diagnosis that this file does not know."""
    return bool(CLAIMS[code](case))


def _times(constant: Callable[[Measured], float]) -> Callable[[Measured], bool]:
    return lambda case: same(case.got, constant(case) * case.right)


def _some_factor(case: Measured) -> bool:
    scale = float(np.sum(case.right * case.right))
    return scale > 0 and same(case.got, float(np.sum(case.got * case.right)) / scale * case.right)


def _regularized(
    data: Callable[[Measured], float], weight: Callable[[Measured], float]
) -> Callable[[Measured], bool]:
    """The share of the examples times one constant plus the regularization's times another."""

    def claim(case: Measured) -> bool:
        added = case.reg * case.value
        return same(case.got, data(case) * (case.right - added) + weight(case) * added)

    return claim


def _some_regularization(case: Measured) -> bool:
    missed = case.got - case.right
    return same(missed, float(np.sum(missed * case.value) / np.sum(case.value**2)) * case.value)


def _per_line(axis: int) -> Callable[[Measured], bool]:
    """One factor for everything with the same index along an axis."""

    def claim(case: Measured) -> bool:
        others = tuple(other for other in range(case.right.ndim) if other != axis)
        power = (case.right**2).sum(axis=others, keepdims=True)
        ratio = (case.got * case.right).sum(axis=others, keepdims=True) / power
        return same(case.got, ratio * case.right)

    return claim


def _other_regularization(case: Measured) -> bool:
    """Two functions of each entry of the parameter by itself explain what is missed."""
    w, missed = case.value.ravel(), (case.got - case.right).ravel()
    for pair in itertools.combinations((w**0, w, w**2, np.sign(w), 1 / w), 2):
        columns = np.stack(pair, axis=1)
        if same(
            case.got.ravel(), case.right.ravel() + columns @ np.linalg.lstsq(columns, missed, rcond=None)[0]
        ):
            return True
    return False


def _no_influence(case: Measured) -> bool:
    added = case.reg * case.value if case.right.ndim > 1 else 0.0
    return float(np.abs(case.right - added).max()) <= 1e-6 * float(np.abs(case.got - added).max())


def _misplaced(case: Measured) -> bool:
    """The same numbers, or the same sum of every picture."""
    if same(np.sort(case.got, axis=None), np.sort(case.right, axis=None)):
        return True
    return case.got.ndim == 4 and same(case.got.sum(axis=(2, 3)), case.right.sum(axis=(2, 3)))


def _some_data_factor(case: Measured) -> bool:
    added = case.reg * case.value
    got, right = case.got - added, case.right - added
    return same(got, float(np.sum(got * right) / np.sum(right**2)) * right)


def _transposed(case: Measured) -> bool:
    pairs = itertools.combinations(range(case.right.ndim), 2)
    return any(same(case.got, np.swapaxes(case.right, *pair)) for pair in pairs)


def _flipped(case: Measured) -> bool:
    return any(same(case.got, np.flip(case.right, axes)) for axes in axes_of(case.right.ndim))


def _offset(case: Measured) -> bool:
    for axis in range(case.right.ndim):
        got, right = np.moveaxis(case.got, axis, 0), np.moveaxis(case.right, axis, 0)
        if len(right) > 1 and (same(got[1:], right[:-1]) or same(got[:-1], right[1:])):
            return True
    return False


def _permuted(case: Measured) -> bool:
    for axis in range(case.right.ndim):
        got, right = np.moveaxis(case.got, axis, 0), np.moveaxis(case.right, axis, 0)
        left = list(right)
        for row in got:
            at = next((index for index, other in enumerate(left) if same(row, other)), None)
            if at is None:
                break
            del left[at]
        if not left:
            return True
    return False


def _collapsed(case: Measured) -> bool:
    for axes in axes_of(case.right.ndim):
        for total in (
            case.right.sum(axis=axes, keepdims=True),
            case.right.mean(axis=axes, keepdims=True),
        ):
            if same(case.got, np.broadcast_to(total, case.right.shape)) or same(
                case.got, total.squeeze(axes)
            ):
                return True
    return False


def _off(array: Floats, like: Floats) -> NDArray[np.bool_]:
    return np.abs(array) <= 1e-9 * float(np.abs(like).max(initial=1e-30))


def _mask_missing(case: Measured) -> bool:
    on = ~_off(case.right, case.right)
    return same(case.got[on], case.right[on]) and bool(np.any(case.got[~on]))


def _mask_inverted(case: Measured) -> bool:
    off_right, off_got = _off(case.right, case.right), _off(case.got, case.got)
    return bool(np.all(off_right != off_got))


def _left_out(case: Measured) -> bool:
    on = ~_off(case.got, case.right)
    return same(case.got[on], case.right[on]) and not on.all()


def _nearly(case: Measured) -> bool:
    return float(np.abs(case.got - case.right).max()) <= 2e-4 * float(np.abs(case.right).max())


def _few(case: Measured) -> bool:
    slack = 1e-5 * np.abs(case.right) + 1e-7 * float(np.abs(case.right).max())
    wrong = np.abs(case.got - case.right) > slack
    return 0 < wrong.sum() <= 0.5 * wrong.size


def _two_parts(case: Measured) -> bool:
    added = case.reg * case.value
    columns = np.stack([(case.right - added).ravel(), added.ravel()], axis=1)
    return same(case.got.ravel(), columns @ np.linalg.lstsq(columns, case.got.ravel(), rcond=None)[0])


def _labels(case: Measured) -> bool:
    """Off by a multiple of what the correct classes subtract, divided by N or not."""
    if case.labels is None:
        return False
    each = np.eye(case.right.shape[-1])[case.labels]
    each = each if case.right.ndim > 1 else each.sum(axis=0)
    missed = case.got - case.right
    return same(missed, float(np.sum(missed * each) / np.sum(each**2)) * each)


def _one_share(case: Measured) -> bool:
    def rank(array: Floats) -> int:
        return int(np.linalg.matrix_rank(array, 1e-6 * float(np.abs(array).max())))

    added = case.reg * case.value
    return rank(case.right - added) > 1 and min(rank(case.got), rank(case.got - added)) == 1


def _unbalanced(case: Measured) -> bool:
    added = case.reg * case.value if case.right.ndim > 1 else 0.0
    sums = [
        (np.abs((case.right - added).sum(axis=axis)).max(), np.abs((case.got - added).sum(axis=axis)).max())
        for axis in range(case.right.ndim)
    ]
    size = float(np.abs(case.right).max())
    return any(right < 1e-7 * size and got > 1e-4 * size for right, got in sums)


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
    "regularization_on_bias": lambda case: same(case.got, case.right + case.reg * case.value),
    "regularization_factor": _some_regularization,
    "missing_mean_and_regularization": _regularized(lambda c: c.n, lambda c: 0.0),
    "regularization_averaged": _regularized(lambda c: 1.0, lambda c: 1 / c.n),
    "regularization_per_example": _regularized(lambda c: 1.0, lambda c: c.n),
    "only_regularization": lambda case: same(case.got, case.reg * case.value),
    "regularization_without_parameter": lambda case: same(
        case.got, case.right - case.reg * case.value + case.reg
    ),
    "data_factor": _some_data_factor,
    "factor_per_column": _per_line(1),
    "factor_per_row": _per_line(0),
    "factor_per_index": lambda case: any(_per_line(axis)(case) for axis in range(case.right.ndim)),
    "another_gradient": lambda case: any(same(case.got, other) for other in case.others),
    "transposed": _transposed,
    "flipped": _flipped,
    "offset": _offset,
    "permuted": _permuted,
    "misplaced": _misplaced,
    "mask_missing": _mask_missing,
    "mask_inverted": _mask_inverted,
    "entries_left_out": _left_out,
    "nearly": _nearly,
    "few_entries": _few,
    "summed_too_much": _collapsed,
    "wrong_axis": layer.wrong_axis,
    "mean_constant": layer.ways("mean"),
    "variance_constant": layer.ways("variance"),
    "mean_and_variance_constant": layer.ways("mean", "variance"),
    "direct_path": layer.ways("direct"),
    "direct_and_mean_path": layer.ways("direct", "mean"),
    "direct_and_variance_path": layer.ways("direct", "variance"),
    "normalization_factors": layer.ways("direct", "mean", "variance"),
    "upstream_unused": layer.under(2.0, lambda got, none: got),
    "upstream_twice": layer.under(2.0, lambda got, none: 4 * got),
    "upstream_divided": layer.under(2.0, lambda got, none: got / 2),
    "upstream_sign": lambda case: not layer.under(-1.0, lambda got, none: -got)(case),
    "upstream_added": lambda case: (
        case.again is not None
        and case.upstream is not None
        and bool(np.any(case.again(0 * case.upstream)))
        and layer.under(2.0, lambda got, none: 2 * got - none)(case)
    ),
    "wrong_factor": layer.made,
    "slope_left_out": layer.made,
    "input_left_out": layer.instead(np.ones_like),
    "input_divided": layer.instead(lambda value: 1 / value),
    "input_twice": layer.instead(np.square),
    "input_transposed": layer.instead(lambda value: value.T if value.ndim < 3 else value.swapaxes(-1, -2)),
    "input_reversed": layer.instead(lambda value: value[..., ::-1, ::-1] if value.ndim > 1 else value[::-1]),
    "shared_cause": layer.shared_cause,
    "both_parts": _two_parts,
    "label_term": _labels,
    "one_share": _one_share,
    "no_influence": _no_influence,
    "cancelled": lambda case: float(np.abs(case.got).max()) <= 1e-8 * float(np.abs(case.right).max()),
    "other_regularization": _other_regularization,
    "mean_for_sum": lambda case: (
        case.upstream is not None and same(case.got * (case.upstream.size // case.right.size), case.right)
    ),
    "not_balanced": _unbalanced,
    "upstream_ignored": layer.upstream_changed(np.ones_like),
    "upstream_squared": layer.upstream_changed(np.square),
    "last_example": layer.upstream_changed(layer.rows(lambda at, count: at == count - 1)),
    "first_example": layer.upstream_changed(layer.rows(lambda at, count: at == 0)),
    "without_last": layer.upstream_changed(layer.rows(lambda at, count: at < count - 1)),
    "without_first": layer.upstream_changed(layer.rows(lambda at, count: at > 0)),
    "last_place": layer.upstream_changed(layer.last_place),
    "last_unit": layer.upstream_changed(layer.rows(lambda at, count: at == count - 1, axis=1)),
    "shape_transposed": lambda case: same(case.got.T, case.right),
    "kept_dimension": lambda case: (
        case.got.size == case.right.size and same(case.got.reshape(case.right.shape), case.right)
    ),
    "not_reshaped": lambda case: (
        case.got.size == case.right.size and same(case.got.reshape(case.right.shape), case.right)
    ),
    "not_summed": lambda case: any(
        same(case.got.sum(axis=axis), case.right) for axis in range(case.got.ndim)
    ),
}

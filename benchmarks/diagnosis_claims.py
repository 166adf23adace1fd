"""What each diagnosis claims, as a statement about numbers that can be tried on other inputs.

The tests are written apart from `labkit.diagnosis`, and know the right gradient exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
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
    labels: NDArray[Any] | None = None


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
    """One factor for everything with the same index along an axis."""

    def claim(case: Measured) -> bool:
        others = tuple(other for other in range(case.right.ndim) if other != axis)
        power = (case.right**2).sum(axis=others, keepdims=True)
        ratio = (case.got * case.right).sum(axis=others, keepdims=True) / power
        return _same(case.got, ratio * case.right)

    return claim


def _some_lines(case: Measured) -> bool:
    """Along some axis there are indices for which everything is right, and others for which nothing is."""
    wrong = ~np.isclose(case.got, case.right, rtol=1e-5, atol=1e-7 * float(np.abs(case.right).max()))
    for axis in range(case.right.ndim):
        lines = np.moveaxis(wrong, axis, 0).reshape(wrong.shape[axis], -1)
        none, every = ~lines.any(axis=1), lines.all(axis=1)
        if none.any() and every.any() and np.all(none | every):
            return True
    return False


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


def _last_place(upstream: Floats) -> Floats:
    """The upstream gradient of the last example, and there of the last row and column only."""
    left = np.zeros_like(upstream)
    place = (-1, slice(None), *[-1] * (upstream.ndim - 2))
    left[place] = upstream[place]
    return left


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


def _groups(shape: tuple[int, ...]) -> Iterator[NDArray[np.intp]]:
    """Ways to normalize: for each, the flat indices of what shares a mean and a variance, (groups, count)."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    yield np.moveaxis(places, 0, -1).reshape(-1, shape[0])
    yield places.reshape(-1, shape[-1])
    if len(shape) > 2:
        yield np.moveaxis(places, 1, 0).reshape(shape[1], -1)
        for groups in range(1, shape[1] + 1):
            if shape[1] % groups == 0:
                yield places.reshape(shape[0] * groups, -1)


def _ways(*ways: str) -> Callable[[Measured], bool]:
    """In every group of some normalization, what is missed is a combination of the shares of these ways back to x."""

    def claim(case: Measured) -> bool:
        x, missed, upstream = case.value, (case.got - case.right).ravel(), case.upstream
        scales = [v for v in case.inputs if x.ndim > 1 and v.shape == x.shape[1:2]]
        direct = [] if upstream is None or upstream.shape != x.shape else [upstream]
        direct += [np.moveaxis(np.moveaxis(one, 1, -1) * v, -1, 1) for one in direct for v in scales]
        for groups in _groups(x.shape):
            if np.abs(case.right.ravel()[groups].sum(axis=1)).max() > 1e-8 * np.abs(case.right).sum():
                continue
            for one in direct if "direct" in ways else [x]:
                found = missed.copy()
                for group in groups:
                    known = {
                        "mean": np.ones(len(group)),
                        "variance": x.ravel()[group],
                        "direct": one.ravel()[group],
                    }
                    known["variance"] = known["variance"] - known["variance"].mean()
                    columns = np.stack([known[way] for way in ways], axis=1)
                    found[group] = columns @ np.linalg.lstsq(columns, missed[group], rcond=None)[0]
                if _same(case.got.ravel(), case.right.ravel() + found):
                    return True
        return False

    return claim


def _under(factor: float, change: Callable[[Floats, Floats], Floats]) -> Callable[[Measured], bool]:
    """What becomes of the given gradient for a multiple of the upstream gradient: from itself and that for zeros."""

    def claim(case: Measured) -> bool:
        if case.again is None or case.upstream is None:
            return False
        none = case.again(0 * case.upstream)
        return _same(case.again(factor * case.upstream), change(case.got, none))

    return claim


def _made(case: Measured) -> bool:
    """One product of the upstream gradient with an input, of matrices or entry by entry, summed or not."""
    upstream = case.upstream
    if upstream is None or _same(case.got, case.right):
        return False
    each = [upstream, *(upstream * value for value in case.inputs if value.shape == upstream.shape)]
    made = [one.sum(axis=axes) for one in each for axes in [(), *_axes(one.ndim)]]
    if upstream.ndim == 2:
        flat = [value.reshape(len(value), -1) for value in case.inputs if value.ndim > 1]
        pairs = [pair for value in flat for pair in ((upstream, value), (value, upstream))]
        turned = [(a, b) for x, y in pairs for a in (x, x.T) for b in (y, y.T) if a.shape[1] == b.shape[0]]
        made += [a @ b for a, b in turned]
    return any(one.size == case.got.size and _same(one.reshape(case.got.shape), case.got) for one in made)


def _two_parts(case: Measured) -> bool:
    added = case.reg * case.value
    columns = np.stack([(case.right - added).ravel(), added.ravel()], axis=1)
    return _same(case.got.ravel(), columns @ np.linalg.lstsq(columns, case.got.ravel(), rcond=None)[0])


def _labels(case: Measured) -> bool:
    """Off by a multiple of what the correct classes subtract, divided by N or not."""
    if case.labels is None:
        return False
    each = np.eye(case.right.shape[-1])[case.labels]
    each = each if case.right.ndim > 1 else each.sum(axis=0)
    missed = case.got - case.right
    return _same(missed, float(np.sum(missed * each) / np.sum(each**2)) * each)


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
    "factor_per_column": _per_line(1),
    "factor_per_row": _per_line(0),
    "factor_per_index": lambda case: any(_per_line(axis)(case) for axis in range(case.right.ndim)),
    "another_gradient": lambda case: any(_same(case.got, other) for other in case.others),
    "transposed": _transposed,
    "flipped": _flipped,
    "offset": _offset,
    "permuted": _permuted,
    "misplaced": lambda case: _same(np.sort(case.got, axis=None), np.sort(case.right, axis=None)),
    "some_lines": _some_lines,
    "mask_missing": _mask_missing,
    "mask_inverted": _mask_inverted,
    "entries_left_out": _left_out,
    "nearly": _nearly,
    "few_entries": _few,
    "summed_too_much": _collapsed,
    "wrong_axis": _wrong_axis,
    "mean_constant": _ways("mean"),
    "variance_constant": _ways("variance"),
    "mean_and_variance_constant": _ways("mean", "variance"),
    "direct_path": _ways("direct"),
    "direct_and_mean_path": _ways("direct", "mean"),
    "direct_and_variance_path": _ways("direct", "variance"),
    "normalization_factors": _ways("direct", "mean", "variance"),
    "upstream_unused": _under(2.0, lambda got, none: got),
    "upstream_twice": _under(2.0, lambda got, none: 4 * got),
    "upstream_divided": _under(2.0, lambda got, none: got / 2),
    "upstream_added": lambda case: (
        case.again is not None
        and case.upstream is not None
        and bool(np.any(case.again(0 * case.upstream)))
        and _under(2.0, lambda got, none: 2 * got - none)(case)
    ),
    "wrong_factor": _made,
    "slope_left_out": _made,
    "both_parts": _two_parts,
    "label_term": _labels,
    "one_share": _one_share,
    "not_balanced": _unbalanced,
    "upstream_ignored": _upstream(np.ones_like),
    "upstream_squared": _upstream(np.square),
    "last_example": _upstream(_rows(lambda at, count: at == count - 1)),
    "first_example": _upstream(_rows(lambda at, count: at == 0)),
    "without_last": _upstream(_rows(lambda at, count: at < count - 1)),
    "without_first": _upstream(_rows(lambda at, count: at > 0)),
    "last_place": _upstream(_last_place),
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

"""What a diagnosis claims of a layer's gradient: where the upstream gradient went, and by which ways it came back to x."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from diagnosis_measured import Floats, Measured, axes_of, same
from numpy.typing import NDArray


def wrong_axis(case: Measured) -> bool:
    upstream = case.upstream
    return upstream is not None and any(
        same(case.got, upstream.sum(axis=axes)) for axes in axes_of(upstream.ndim)
    )


def upstream_changed(change: Callable[[Floats], Floats]) -> Callable[[Measured], bool]:
    def claim(case: Measured) -> bool:
        return (
            case.under is not None
            and case.upstream is not None
            and same(case.got, case.under(change(case.upstream)))
        )

    return claim


def rows(pick: Callable[[Any, int], Any], axis: int = 0) -> Callable[[Floats], Floats]:
    """The upstream gradient with only some of its rows (or columns) left."""

    def change(upstream: Floats) -> Floats:
        count = upstream.shape[axis]
        kept = pick(np.arange(count), count).reshape([-1 if a == axis else 1 for a in range(upstream.ndim)])
        return upstream * kept

    return change


def last_place(upstream: Floats) -> Floats:
    """The upstream gradient of the last example, and there of the last row and column only."""
    left = np.zeros_like(upstream)
    place = (-1, slice(None), *[-1] * (upstream.ndim - 2))
    left[place] = upstream[place]
    return left


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


def ways(*ways: str) -> Callable[[Measured], bool]:
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
                if same(case.got.ravel(), case.right.ravel() + found):
                    return True
        return False

    return claim


def under(factor: float, change: Callable[[Floats, Floats], Floats]) -> Callable[[Measured], bool]:
    """What becomes of the given gradient for a multiple of the upstream gradient: from itself and that for zeros."""

    def claim(case: Measured) -> bool:
        if case.again is None or case.upstream is None:
            return False
        none = case.again(0 * case.upstream)
        return same(case.again(factor * case.upstream), change(case.got, none))

    return claim


def made(case: Measured) -> bool:
    """One product of the upstream gradient with an input, of matrices or entry by entry, summed or not."""
    upstream = case.upstream
    if upstream is None or same(case.got, case.right):
        return False
    each = [upstream, *(upstream * value for value in case.inputs if value.shape == upstream.shape)]
    made = [one.sum(axis=axes) for one in each for axes in [(), *axes_of(one.ndim)]]
    if upstream.ndim == 2:
        flat = [value.reshape(len(value), -1) for value in case.inputs if value.ndim > 1]
        pairs = [pair for value in flat for pair in ((upstream, value), (value, upstream))]
        turned = [(a, b) for x, y in pairs for a in (x, x.T) for b in (y, y.T) if a.shape[1] == b.shape[0]]
        made += [a @ b for a, b in turned]
    return any(one.size == case.got.size and same(one.reshape(case.got.shape), case.got) for one in made)


def instead(change: Callable[[Floats], Floats]) -> Callable[[Measured], bool]:
    """Right for a layer that has a function of one of the other inputs in its place."""
    return lambda case: case.instead is not None and any(same(case.got, one) for one in case.instead(change))


def shared_cause(case: Measured) -> bool:
    """Three of the gradients are those of an affine layer, for an upstream gradient that the first of them tells."""
    given = list(zip(case.inputs, case.given, strict=True))
    for (x, dx), (w, dw), (b, db) in itertools.permutations(given, 3):
        if (x.ndim, w.ndim, b.ndim) != (2, 2, 1) or x.shape[1] != w.shape[1] or len(b) != len(w):
            continue
        dz = dx @ np.linalg.pinv(w)
        if same(dz @ w, dx) and same(dz.T @ x, dw) and same(dz.sum(axis=0), db):
            return True
    return False

"""Hypotheses: a path through the graph is missing, or the upstream gradient went astray."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from labkit.diagnosis.evidence import Diagnosis, Evidence, Floats, certainty

ALTERNATIVES = {
    "upstream_ignored": (
        "is what comes out when every entry of the upstream gradient is 1: dout is not used.",
        "Downstream gradient = local gradient × upstream gradient. Where does dout enter?",
    ),
    "upstream_squared": (
        "is what comes out when the upstream gradient is squared: dout is multiplied in twice.",
        "Follow dout through your backward pass: it must be a factor exactly once on every path.",
    ),
    "last_example": (
        "holds only the share of the last example.",
        "Inside the loop, is each example's share added to what is there, or does it replace it?",
    ),
    "first_example": (
        "holds only the share of the first example.",
        "Does the loop (or the index) reach every example, and does it return only after the last one?",
    ),
    "without_last": (
        "lacks the share of the last example.",
        "Check where the loop over the examples ends.",
    ),
    "without_first": (
        "lacks the share of the first example.",
        "Check where the loop over the examples starts.",
    ),
    "last_unit": (
        "holds only the share of the last output unit.",
        "Inside the loop over outputs, is each share added to what is there, or does it replace it?",
    ),
}


def alternatives(evidence: Evidence) -> Iterator[Diagnosis]:
    """What the gradient would be under another upstream gradient."""
    for code, predicted in evidence.context.alternatives.items():
        observed, hint = ALTERNATIVES[code]
        found = evidence.support(predicted)
        yield Diagnosis(code, f"{evidence.name} {observed}", hint, certainty(found, single=0.7))


def wrong_axis(evidence: Evidence) -> Iterator[Diagnosis]:
    """A sum of the upstream gradient over the wrong axes, where both have the same length."""
    upstream = evidence.context.upstream
    if upstream is None or evidence.got.ndim == 0 or evidence.got.size < 2:
        return
    if not is_sum_of(upstream, evidence.expected):
        return
    for axes in _axes(upstream.ndim):
        total = upstream.sum(axis=axes)
        if total.shape != evidence.got.shape:
            continue
        yield Diagnosis(
            "wrong_axis",
            f"{evidence.name} is the upstream gradient summed over axis {_words(axes)}, not over the one it should be.",
            f"{evidence.context.variable} is shared along one axis of the output. Which axis must its gradient be summed over?",
            certainty(evidence.support(total), single=0.7),
        )


def is_sum_of(upstream: Floats, expected: Floats) -> bool:
    """Whether the right gradient is a sum of the upstream gradient at all, over whichever axes."""
    sums = (upstream.sum(axis=axes) for axes in _axes(upstream.ndim))
    scale = 1e-4 * float(np.nanmax(np.abs(expected), initial=0.0))
    return any(one.shape == expected.shape and np.allclose(one, expected, 1e-3, scale) for one in sums)


def summed_everything(evidence: Evidence) -> Iterator[Diagnosis]:
    """Every entry holds the sum (or the mean) of the whole gradient, or of one axis of it."""
    expected = evidence.expected
    if not evidence.known.all() or expected.size < 2:
        return
    for axes in _axes(expected.ndim):
        if np.prod([expected.shape[axis] for axis in axes]) < 2:
            continue
        for what, collapsed in (
            ("sum", expected.sum(axis=axes, keepdims=True)),
            ("mean", expected.mean(axis=axes, keepdims=True)),
        ):
            found = evidence.support(np.broadcast_to(collapsed, expected.shape).copy())
            yield Diagnosis(
                "summed_too_much",
                f"{evidence.name} holds the {what} of the expected gradient over axis {_words(axes)}, repeated.",
                "Each entry of the variable has a gradient of its own. Which sum goes one axis too far?",
                certainty(found, fitted=1),
            )


def statistics_as_constants(evidence: Evidence) -> Iterator[Diagnosis]:
    """Normalization whose mean or variance was treated as a constant in the backward pass.

    A layer that subtracts its mean does not notice a constant added to x: along the normalized axes the
    true gradient sums to zero. What the path through the mean contributes is the same for all of them;
    what the path through the variance contributes is proportional to x - mean.
    """
    x, expected = evidence.context.parameter, evidence.expected
    if x is None or x.ndim < 2 or x.shape != expected.shape or not evidence.known.all():
        return
    for axes in _normalized_axes(x.ndim):
        count = int(np.prod([x.shape[axis] for axis in axes]))
        if count < 4 or count == x.size:
            continue
        slack = evidence.tolerance.sum(axis=axes)
        if np.any(np.abs(expected.sum(axis=axes)) > slack + 1e-6 * np.abs(expected).sum(axis=axes)):
            continue
        yield from _missing_paths(evidence, x, axes, count)


def _missing_paths(evidence: Evidence, x: Floats, axes: tuple[int, ...], count: int) -> Iterator[Diagnosis]:
    missed = evidence.got - evidence.expected
    centered = x - x.mean(axis=axes, keepdims=True)
    power = (centered**2).sum(axis=axes, keepdims=True)
    if np.any(power == 0):
        return
    level = missed.mean(axis=axes, keepdims=True)
    slope = (missed * centered).sum(axis=axes, keepdims=True) / power
    groups = x.size // count
    along = "examples" if 0 in axes else "features"
    rows = [
        ("mean_constant", level + 0 * x, "the mean", 1),
        ("variance_constant", slope * centered, "the variance", 1),
        ("mean_and_variance_constant", level + slope * centered, "the mean and through the variance", 2),
    ]
    for code, path, what, fitted in rows:
        found = evidence.support(evidence.expected + path)
        confidence = certainty(found, fitted=fitted * groups + 2)
        if confidence:
            yield Diagnosis(
                code,
                f"{evidence.name} lacks what reaches {evidence.context.variable} through {what} over the {along}: "
                "as if it did not depend on them.",
                f"Mean and variance are computed from {evidence.context.variable}. Does every arrow of the graph have its way back?",
                confidence,
            )
            return


def _axes(ndim: int) -> list[tuple[int, ...]]:
    return [axes for count in range(1, ndim + 1) for axes in combinations(range(ndim), count)]


def _normalized_axes(ndim: int) -> list[tuple[int, ...]]:
    if ndim == 2:
        return [(0,), (1,)]
    return [(0,), (0, *range(2, ndim)), tuple(range(1, ndim)), tuple(range(2, ndim))]


def _words(axes: tuple[int, ...]) -> str:
    return " and ".join(map(str, axes))

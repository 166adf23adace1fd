"""Hypotheses: paths that are missing or wrong where a gradient comes together from several, and sums that go too far."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from labkit.diagnosis.evidence import Diagnosis, Evidence, Floats, certainty, named, penalty, subsets

NOTHING = 1e-7  # what finite differences leave of a gradient that is zero, as a share of the given one


def no_influence(evidence: Evidence) -> Iterator[Diagnosis]:
    """The variable does not reach the output at all, or a loss through its regularization only."""
    known, variable, added = evidence.known, evidence.context.variable, penalty(evidence)
    given = np.abs((evidence.got - added)[known]).max()
    if 2 * known.sum() < known.size or np.abs((evidence.expected - added)[known]).max() > NOTHING * given:
        return
    output = "loss" if evidence.context.upstream is None else "output"
    but = f" but for reg × {variable}" if added.any() else ""
    yield Diagnosis(
        "no_influence",
        f"{evidence.name} should be zero{but}: the {output} does not change when {variable} does.",
        f"Should {variable} have an influence? Then look at the forward pass: where does it get lost on its way to the {output}?",
        0.97,
    )


def cancelled(evidence: Evidence) -> Iterator[Diagnosis]:
    """Zero but for rounding: what is added up cancels."""
    if 0 < np.abs(evidence.got).max() <= 1e-9 * np.abs(evidence.expected[evidence.known]).max():
        yield Diagnosis(
            "cancelled",
            f"{evidence.name} is zero but for rounding errors: what is added up cancels.",
            "Which of the numbers that are added up sum to zero, and along which axis? Print them before they are summed.",
            0.95,
        )


def summed_everything(evidence: Evidence) -> Iterator[Diagnosis]:
    """Every entry holds the sum (or the mean) of the whole gradient, or of one axis of it."""
    expected = evidence.expected
    if not evidence.known.all() or expected.size < 2:
        return
    for axes in subsets(expected.ndim):
        if np.prod([expected.shape[axis] for axis in axes]) < 2:
            continue
        for what, collapsed in (
            ("sum", expected.sum(axis=axes, keepdims=True)),
            ("mean", expected.mean(axis=axes, keepdims=True)),
        ):
            if np.abs(collapsed).max() <= 100 * evidence.tolerance.max():
                continue
            found = evidence.support(np.broadcast_to(collapsed, expected.shape).copy())
            yield Diagnosis(
                "summed_too_much",
                f"{evidence.name} holds the {what} of the expected gradient over {named(axes)}, repeated.",
                "Each entry of the variable has a gradient of its own. Which sum goes one axis too far?",
                certainty(found, fitted=1),
            )


def one_share(evidence: Evidence) -> Iterator[Diagnosis]:
    """A matrix of rank one, as a single example gives it, where many examples have a share."""
    got, expected = evidence.got, evidence.expected
    if got.ndim != 2 or min(got.shape) < 2 or not evidence.known.all():
        return
    added = penalty(evidence)
    right = np.linalg.svd(expected - added, compute_uv=False)
    if right[1] < 1e-3 * right[0]:
        return
    for base, but in ((got, ""), (got - added, ", but for the regularization,")):
        size = np.linalg.svd(base, compute_uv=False)
        if size[0] > 0 and size[1] <= 1e-8 * size[0]:
            yield Diagnosis(
                "one_share",
                f"{evidence.name} is{but} one column times one row, as a single example would give it.",
                "Every example has a column and a row of its own. Where are their products added up?",
                certainty((got.shape[0] - 1) * (got.shape[1] - 1), fitted=1),
            )
            return


def not_balanced(evidence: Evidence) -> Iterator[Diagnosis]:
    """Where the same number added to all scores changes nothing, what reaches the scores must sum to zero."""
    context, got, expected = evidence.context, evidence.got, evidence.expected
    if context.upstream is not None or not evidence.known.all():
        return
    added = penalty(evidence)
    without = f"{evidence.name}, without the regularization," if added.any() else evidence.name
    for axis in range(min(2, got.ndim)):
        slack = evidence.tolerance.sum(axis=axis) + 1e-6 * np.abs(expected - added).sum(axis=axis)
        right, found = ((one - added).sum(axis=axis) for one in (expected, got))
        if got.shape[axis] > 1 and np.all(np.abs(right) <= slack) and np.any(np.abs(found) > 100 * slack):
            sum_ = found.flat[int(np.argmax(np.abs(found)))]
            yield Diagnosis(
                "not_balanced",
                f"{without} must sum to zero along axis {axis}: the same number added to {context.variable} all along it "
                f"changes nothing in the loss. Here a sum is {sum_:.4g}.",
                "Look at one example alone: what do the gradients of its scores sum to?",
                0.85,
            )
            return


Places = NDArray[np.intp]
WAYS = {"direct": "directly", "mean": "through the mean", "variance": "through the variance"}


def normalization(evidence: Evidence) -> Iterator[Diagnosis]:
    """Normalization where one of the three ways back to x is missing or has a wrong factor.

    A layer that subtracts its mean does not notice a constant added to x: over what is normalized together, the
    true gradient sums to zero. What comes through the mean is the same for all of it, what comes through the
    variance is proportional to x - mean, and what comes directly to the upstream gradient (times gamma).
    """
    x, expected = evidence.context.parameter, evidence.expected
    if x is None or x.ndim < 2 or x.shape != expected.shape or not evidence.known.all():
        return
    for along, places in _groupings(x.shape):
        groups, count = places.shape
        if count < 4 or groups < 2:
            continue
        right = expected.ravel()[places]
        slack = evidence.tolerance.ravel()[places].sum(axis=1) + 1e-6 * np.abs(right).sum(axis=1)
        if np.all(np.abs(right.sum(axis=1)) <= slack):
            yield from _wrong_ways(evidence, x, along, places)
            return


def _wrong_ways(evidence: Evidence, x: Floats, along: str, places: Places) -> Iterator[Diagnosis]:
    """The fewest ways that explain what is missed, with one factor for each group."""
    rows = x.ravel()[places]
    missed = (evidence.got - evidence.expected).ravel()[places]
    known = {"mean": np.ones_like(rows), "variance": rows - rows.mean(axis=1, keepdims=True)}
    sets = [ways for count in (1, 2, 3) for ways in combinations(WAYS, count)]
    for ways in sorted(sets, key=lambda ways: (len(ways), "direct" in ways)):
        for direct in _direct(evidence) if "direct" in ways else [x]:
            known["direct"] = direct.ravel()[places]
            parts = np.stack([known[way] for way in ways], axis=2)  # (groups, count, ways)
            predicted = evidence.expected.copy()
            predicted.ravel()[places] += (parts @ (np.linalg.pinv(parts) @ missed[:, :, None]))[:, :, 0]
            confidence = certainty(evidence.support(predicted), fitted=len(ways) * len(rows) + 2)
            if confidence:
                yield _ways_named(evidence, ways, along, confidence)
                return


def _ways_named(evidence: Evidence, ways: tuple[str, ...], along: str, confidence: float) -> Diagnosis:
    name, variable = evidence.name, evidence.context.variable
    listing = " and ".join(WAYS[way] for way in ways)
    over = "" if ways == ("direct",) else f" over the {along}"
    code = "_and_".join(ways) + ("_path" if "direct" in ways else "_constant")
    sentence = f"{name} is wrong only in what reaches {variable} {listing}{over}: that is missing, or has a wrong factor."
    if len(ways) == 3:
        code = "normalization_factors"
        sentence = f"{name} is made of the right three parts, but with wrong factors: what reaches {variable} {listing}{over}."
    return Diagnosis(
        code,
        sentence,
        f"Mean and variance are computed from {variable}. Does every arrow of the graph have its way back, with its own factor?",
        confidence,
    )


def _direct(evidence: Evidence) -> list[Floats]:
    """What may reach x directly, but for a factor of each group: the upstream gradient, times gamma or not."""
    upstream, shape = evidence.context.upstream, evidence.expected.shape
    if upstream is None or upstream.shape != shape:
        return []
    scales = [one for one in evidence.context.inputs.values() if one.shape == shape[1:2]]
    return [upstream, *(upstream * scale.reshape(-1, *[1] * (len(shape) - 2)) for scale in scales)]


def _groupings(shape: tuple[int, ...]) -> Iterator[tuple[str, Places]]:
    """What may be normalized together: (in words, flat places (groups, count)), small groups of channels first."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    yield "examples", np.moveaxis(places, 0, -1).reshape(-1, shape[0])
    yield "features", places.reshape(-1, shape[-1])
    if len(shape) > 2:
        yield "examples and pixels", np.moveaxis(places, 1, 0).reshape(shape[1], -1)
        for size in range(1, shape[1] + 1):
            if shape[1] % size == 0:
                yield "pixels and channels of a group", places.reshape(shape[0] * shape[1] // size, -1)

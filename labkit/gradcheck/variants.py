"""Names for a wrong gradient that need the layer itself: right for a layer with another input, or in company of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from labkit.diagnosis import Diagnosis
from labkit.gradcheck.compare import Case, agrees
from labkit.gradcheck.differences import Differences, Floats
from labkit.gradcheck.judge import Question
from labkit.gradcheck.reports import GradientReport

Asked = Mapping[str, tuple[Question, tuple[Any, ...]]]
BUDGET = 40  # evaluations for each variant: enough for some directions
LARGE = 2_000_000  # coefficients of a system of equations that is not worth solving for a name

VARIANTS: dict[str, tuple[Callable[[Floats], Floats], str, str]] = {
    "input_left_out": (
        np.ones_like,
        "would be right if every entry of {} were 1: {} is left out.",
        "On which way back from the output is {} a factor?",
    ),
    "input_divided": (
        lambda value: 1 / value,
        "would be right if {} were 1 / {}: something is divided where it should be multiplied, or the other way round.",
        "Differentiate the step in which {} occurs. Is it a factor of the slope, or does it divide?",
    ),
    "input_twice": (
        np.square,
        "would be right if {} were its own square: {} is multiplied in twice.",
        "Follow one path from the output back. How often does it pass {}?",
    ),
    "input_transposed": (
        lambda value: value.swapaxes(-1, -2) if value.ndim > 1 else value,
        "would be right if the last two axes of {} were exchanged.",
        "Which of the last two indices of {} goes with which index of the other factor?",
    ),
    "input_reversed": (
        lambda value: np.flip(value, tuple(range(max(0, value.ndim - 2), value.ndim))),
        "would be right if {} ran backwards along its last axes.",
        "Compare the index of {} in the forward pass, entry by entry, with the one in the backward pass.",
    ),
}


def name_variants(
    asked: Asked,
    reports: Mapping[str, GradientReport],
    output: Callable[[str, Mapping[str, Floats]], Callable[[Floats], Any]],
) -> dict[str, GradientReport]:
    """The reports, where a wrong gradient without a name is right for a layer with another input in one place.

    output: the layer's output as a function of one input, where some of the others are replaced.
    """
    named = dict(reports)
    for name, report in reports.items():
        if report.code == "values" and report.diagnosis is None:
            with np.errstate(all="ignore"):
                diagnosis = next(_variants(name, *asked[name], output), None)
            named[name] = replace(report, diagnosis=diagnosis)
    return named


def _variants(
    name: str,
    question: Question,
    given: tuple[Any, ...],
    output: Callable[[str, Mapping[str, Floats]], Callable[[Floats], Any]],
) -> Iterator[Diagnosis]:
    got = np.stack([np.asarray(one, dtype=np.float64) for one in given])
    context, weights = question.contexts[0], question.slopes.weights[: len(given)]
    for other, value in context.inputs.items():
        for code, (change, observed, hint) in VARIANTS.items():
            changed = change(value)
            if other == context.variable or changed.shape != value.shape or np.array_equal(changed, value):
                continue
            if not np.isfinite(changed).all():  # NaN beside NaN says nothing
                continue
            layer = output(context.variable, {other: changed})
            slopes = Differences(layer, question.slopes.x, lambda _: weights, len(given), BUDGET)
            try:
                found = agrees(Case(slopes, got, question.tolerance, question.rng))
            except Exception:  # of the layer, which need not take such an input
                continue
            if found:
                yield Diagnosis(code, f"{name} {observed.format(other, other)}", hint.format(other), 0.97)


def name_shared(asked: Asked, reports: Mapping[str, GradientReport]) -> dict[str, GradientReport]:
    """The reports, where wrong gradients without a name all come from the same wrong gradient of weighted sums.

    Where x (N, D) enters a layer as x @ w.T + b only, all three gradients are made from that of these sums.
    """
    named = dict(reports)
    by_variable = {question.contexts[0].variable: name for name, (question, _) in asked.items()}
    wrong = {key for key, name in by_variable.items() if reports[name].code == "values"}
    for group in _affine_groups(asked):
        names = [by_variable[key] for key in group]
        unnamed = [name for name in names if reports[name].diagnosis is None]
        if not unnamed or not wrong.issuperset(group) or not _fit_together(asked, names, group):
            continue
        listing = f"{', '.join(names[:-1])} and {names[-1]}"
        for name in unnamed:
            named[name] = replace(
                reports[name],
                diagnosis=Diagnosis(
                    "shared_cause",
                    f"{listing} fit together: all are made from one gradient of the weighted sums, and that one is wrong.",
                    "The products at the end are not the reason. Which step between the output and the weighted sums has the wrong slope?",
                    0.95,
                ),
            )
    return named


def _affine_groups(asked: Asked) -> Iterator[tuple[str, str, str]]:
    """Names of inputs that may be x (N, D), w (M, D) and b (M,)."""
    shapes = {question.contexts[0].variable: question.slopes.x.shape for question, _ in asked.values()}
    keys = list(shapes)
    for at, x in enumerate(keys):
        for w in keys[at + 1 :]:
            if len(shapes[x]) != 2 or len(shapes[w]) != 2 or shapes[x][1] != shapes[w][1]:
                continue
            (n, d), m = shapes[x], shapes[w][0]
            for b in keys[keys.index(w) + 1 :]:
                if shapes[b] == (m,) and (n * d + m * d + m) * n * m <= LARGE:
                    yield x, w, b


def _fit_together(asked: Asked, names: list[str], group: tuple[str, ...]) -> bool:
    """Whether some dz gives dx = dz @ w, dw = dz.T @ x and db = dz.sum(axis=0), under each upstream gradient."""
    x, w = (asked[name][0].slopes.x for name in names[:2])
    n, m = len(x), len(w)
    of_x = np.kron(np.eye(n), w.T)  # (N D, N M)
    of_w = np.einsum("nd,mk->mdnk", x, np.eye(m)).reshape(-1, n * m)  # (M D, N M)
    of_b = np.kron(np.ones((1, n)), np.eye(m))  # (M, N M)
    system = np.concatenate([of_x, of_w, of_b])
    if len(system) < n * m + 5:
        return False
    for given in zip(*(asked[name][1] for name in names), strict=True):
        got = np.concatenate([np.asarray(one, dtype=np.float64).ravel() for one in given])
        if len(got) != len(system) or not np.isfinite(got).all():
            return False
        missed = system @ np.linalg.lstsq(system, got, rcond=None)[0] - got
        if np.abs(missed).max() > asked[names[0]][0].tolerance.relative * np.abs(got).max():
            return False
    return True

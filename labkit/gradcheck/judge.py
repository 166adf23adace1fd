"""From a gradient that somebody computed to a report: form first, then values, then the mistake's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.diagnosis import Context, Diagnosis, diagnose, diagnose_shape
from labkit.diagnosis.diagnose import diagnose_collapsed, readings
from labkit.gradcheck.compare import Case, Comparison, Tolerance, compare
from labkit.gradcheck.differences import BudgetSpent, Differences, Floats
from labkit.gradcheck.reports import GradientReport, Picture, distinct
from labkit.gradcheck.returned import a_type

PICTURE = 32


@dataclass(frozen=True)
class Question:
    """What is asked about one gradient.

    dtypes: the floating point types it may have. alternatives: for each diagnosis code, the contraction
    of ``slopes`` that stands for it, one for each of the p upstream gradients. contexts: one for each of them.
    """

    name: str
    slopes: Differences
    dtypes: tuple[np.dtype[Any], ...]
    contexts: tuple[Context, ...]
    tolerance: Tolerance
    rng: np.random.Generator
    alternatives: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rounding: Callable[[], Floats] | None = None


def judge(question: Question, given: tuple[Any, ...]) -> GradientReport:
    """The report on gradients ``given`` for each of the p upstream gradients."""
    with np.errstate(all="ignore"):
        return _judge(question, given)


def name_exchanged(
    asked: Mapping[str, tuple[Question, tuple[Any, ...]]], reports: Mapping[str, GradientReport]
) -> dict[str, GradientReport]:
    """The reports, where a wrong gradient that is right for another variable is called that.

    Args:
        asked: by the gradient's name, what was asked and what was given.
        reports: of the same gradients.
    """
    named = dict(reports)
    for name, (question, given) in asked.items():
        if reports[name].code != "values" or not all(np.any(one) for one in given):
            continue
        got = np.stack([np.asarray(one, dtype=np.float64) for one in given])
        for other, (another, _) in asked.items():
            if other != name and another.slopes.x.shape == question.slopes.x.shape:
                with np.errstate(all="ignore"):
                    same = compare(Case(another.slopes, got, another.tolerance, another.rng)).passed
                if same:
                    diagnosis = Diagnosis(
                        "another_gradient",
                        f"{name} is the gradient of {_variable(another)}, not that of {_variable(question)}.",
                        "In which order are the gradients asked for, and in which order are they given?",
                        0.97,
                    )
                    named[name] = replace(reports[name], diagnosis=diagnosis)
    return named


def _judge(question: Question, given: tuple[Any, ...]) -> GradientReport:
    shape = question.slopes.x.shape
    for one in given:
        fault = _unusable(question.name, one)
        if fault is not None:
            return _failed(question, *fault)
    arrays = [np.asarray(one) for one in given]
    if any(array.shape != shape for array in arrays):
        return _wrong_shape(question, arrays)
    for array in arrays:
        fault = _not_finite(question.name, array)
        if fault is not None:
            return _failed(question, *fault)
    got = np.stack([array.astype(np.float64) for array in arrays])
    report = _values(question, got)
    if report.passed and arrays[0].dtype not in question.dtypes:
        problem = (
            f"{question.name} has dtype {arrays[0].dtype}; expected {question.dtypes[0]}, as {_variable(question)} has. "
            "Its values are right."
        )
        return replace(report, passed=False, code="dtype", problem=problem)
    return report


def _variable(question: Question) -> str:
    return question.contexts[0].variable


def _failed(question: Question, code: str, problem: str) -> GradientReport:
    return GradientReport(question.name, False, code, problem, evaluations=question.slopes.evaluations)


def _unusable(name: str, given: Any) -> tuple[str, str] | None:
    if given is None:
        return "missing", f"{name} is None: no gradient was returned for it."
    if not isinstance(given, np.ndarray | np.generic | float):
        return "dtype", f"{name} is {a_type(given)}; expected a NumPy array."
    dtype = np.asarray(given).dtype
    if dtype.kind == "f":
        return None
    kinds = {"i": "integers", "u": "integers", "b": "truth values", "c": "complex numbers"}
    held = kinds.get(dtype.kind, f"{dtype} values")
    return "dtype", f"{name} holds {held} (dtype {dtype}); expected floating point numbers."


def _not_finite(name: str, array: NDArray[Any]) -> tuple[str, str] | None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad) == 0:
        return None
    at = f"{name}[{', '.join(map(str, bad[0]))}]" if array.ndim else name
    count = "1 entry that is" if len(bad) == 1 else f"{len(bad)} entries that are"
    return "nonfinite", f"{name} has {count} not finite; the first, {at}, is {array[tuple(bad[0])]}."


def _wrong_shape(question: Question, arrays: list[NDArray[Any]]) -> GradientReport:
    name, shape = question.name, question.slopes.x.shape
    bad = next(array for array in arrays if array.shape != shape)
    problem = f"{name} has shape {bad.shape}; expected {shape}, the shape of {_variable(question)}."
    diagnosis = None
    if np.isfinite(bad).all():
        diagnosis = _read_otherwise(question, arrays) or _read_collapsed(question, arrays)
    return replace(_failed(question, "shape", problem), diagnosis=diagnosis)


def _read_otherwise(question: Question, arrays: list[NDArray[Any]]) -> Diagnosis | None:
    shape = question.slopes.x.shape
    options = [readings(array, shape) for array in arrays]
    for code in options[0]:
        if all(code in option for option in options):
            got = np.stack([option[code] for option in options])
            case = Case(question.slopes, got, question.tolerance, question.rng)
            if np.any(got) and compare(case).passed:
                return diagnose_shape(question.name, code)
    return None


def _read_collapsed(question: Question, arrays: list[NDArray[Any]]) -> Diagnosis | None:
    slopes = question.slopes
    expected = np.full(slopes.x.size, np.nan)
    if slopes.left >= 8 * slopes.x.size:
        for index in range(slopes.x.size):
            try:
                expected[index] = slopes.entry(index, np.inf).value[0]
            except BudgetSpent:
                break
    return diagnose_collapsed(
        question.name, expected.reshape(slopes.x.shape), arrays[0], question.contexts[0]
    )


def _values(question: Question, got: Floats) -> GradientReport:
    case = Case(question.slopes, got, question.tolerance, question.rng, question.rounding)
    result = compare(case)
    report = GradientReport(
        question.name,
        result.passed,
        relative_error=result.direction_error,
        absolute_error=result.direction_difference,
        evaluations=question.slopes.evaluations,
        kinks=result.kinks,
        compared=result.compared,
    )
    if result.undecided:
        problem = (
            f"{question.name} could not be compared: the output changes so roughly with {_variable(question)} "
            "that finite differences settle on nothing."
        )
        return replace(report, passed=False, code="rough", problem=problem)
    if len(result.indices) == 0:
        return report
    return _describe(question, got, result, report)


def _describe(question: Question, got: Floats, result: Comparison, report: GradientReport) -> GradientReport:
    """Fill in the entries: errors, the worst one, a picture, a sentence, a diagnosis."""
    p, shape = len(got), question.slopes.x.shape
    flat = got.reshape(p, -1)[:, result.indices].T  # (n, p)
    value, error = result.value[:, :p], result.error[:, :p]
    counted = result.checked if result.checked.any() else np.ones_like(result.checked)
    difference = np.where(counted[:, None], np.abs(flat - value), 0.0)
    relative = difference / _size(question, flat, value, result)
    ranked = np.where(result.wrong, difference, -1.0) if result.wrong.any() else difference
    n, k = np.unravel_index(int(ranked.argmax()), ranked.shape)
    report = replace(
        report,
        relative_error=float(relative.max()),
        absolute_error=float(difference.max()),
        worst=tuple(int(i) for i in np.unravel_index(int(result.indices[n]), shape)),
        expected=float(value[n, k]),
        got=float(flat[n, k]),
        uncertainty=float(error[n, k]),
    )
    if result.passed:
        return report
    if not result.wrong.any():
        problem = (
            f"{question.name} does not say how the output changes when {_variable(question)} is moved a little in a "
            f"random direction, though the {len(result.indices)} entries compared one by one are right."
        )
        return replace(report, code="values", problem=problem, worst=None, expected=None, got=None)
    return replace(
        report,
        code="values",
        problem=_sentence(report, result),
        picture=_picture(np.where(result.wrong, np.minimum(relative, 1.0), 0.0).max(axis=1), result, shape),
        diagnosis=_name_mistake(question, got, result),
    )


def _size(question: Question, got: Floats, value: Floats, result: Comparison) -> Floats:
    """What an error is relative to: the entry, but not less than a thousandth of a typical one."""
    p = got.shape[1]
    typical = np.sqrt(np.mean(value**2, axis=0))
    natural = question.slopes.natural[:p] / question.slopes.scale.ravel()[result.indices][:, None]
    floor = np.maximum(1e-3 * typical, np.maximum(1e-6 * natural, 1e-300))
    return np.maximum(np.maximum(np.abs(got), np.abs(value)), floor)


def _sentence(report: GradientReport, result: Comparison) -> str:
    wrong, counted = int(result.wrong.any(axis=1).sum()), int(result.checked.sum()) or len(result.checked)
    name = report.name
    extent = f"in {wrong} of {counted} entries"
    if counted == 1:
        extent = ""
    elif wrong == counted:
        extent = f"in all {counted} entries" + ("" if report.compared.startswith("all") else " compared")
    elif not report.compared.startswith("all"):
        extent += " compared"
    head = f"{name} is wrong {extent}".rstrip()
    expected, got = distinct(report.expected, report.got)
    return f"{head}; the largest difference is at {report.where}: expected {expected}, got {got}."


def _picture(relative: Floats, result: Comparison, shape: tuple[int, ...]) -> Picture | None:
    """Relative errors of the measured rows and columns, folded to at most 32 x 32 by the largest."""
    rows = shape[0] if len(shape) > 1 else 1
    columns = int(np.prod(shape)) // rows
    row, column = np.divmod(result.indices, columns)
    used_rows, at_row = np.unique(row, return_inverse=True)
    used_columns, at_column = np.unique(column, return_inverse=True)
    tall, wide = min(PICTURE, len(used_rows)), min(PICTURE, len(used_columns))
    folded = np.zeros((tall, wide))
    np.maximum.at(folded, (at_row * tall // len(used_rows), at_column * wide // len(used_columns)), relative)
    return tuple(tuple(round(float(value), 4) for value in line) for line in folded)


def _name_mistake(question: Question, got: Floats, result: Comparison) -> Diagnosis | None:
    """One name that holds for every upstream gradient under which the values are wrong."""
    found: Diagnosis | None = None
    shape = question.slopes.x.shape

    def spread(values: Floats, where: NDArray[np.bool_]) -> Floats:
        full = np.full(question.slopes.x.size, np.nan)
        full[result.indices[where]] = values[where]
        return full.reshape(shape)

    for k in np.flatnonzero(result.wrong.any(axis=0)):
        known = result.checked if result.checked.any() else np.ones_like(result.checked)
        context = replace(
            question.contexts[k],
            uncertainty=spread(result.error[:, k], known),
            rtol=question.tolerance.relative,
            alternatives={
                code: spread(result.value[:, rows[k]], known) for code, rows in question.alternatives.items()
            },
        )
        named = diagnose(spread(result.value[:, k], known), got[k], context=context)
        if named is None or (found is not None and named.code != found.code):
            return None
        found = found or named
    return found

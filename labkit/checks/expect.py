"""Expectations: what a check says about a value. Each one raises `CheckFailed` with a `Finding`.

    expect.close("distances", distances, expected)
    expect.labels("prediction", labels, np.array([0, 2]))
    expect.gradient("dW", lambda W: loss_at(W), W, dW)

`what` always names the value as the student knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from labkit.checks.outcome import CheckFailed, Finding, exception_name
from labkit.checks.student import StudentError
from labkit.gradcheck import GradientReport, check_gradient, check_layer
from labkit.gradcheck.returned import a_type, type_name

KINDS = {
    "float": (np.floating, "floating-point numbers"),
    "integer": (np.integer, "integers"),
    "boolean": (np.bool_, "booleans"),
}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SHOWN = 6
PICTURE = 32


def array(
    what: str,
    got: Any,
    shape: tuple[int, ...] | None = None,
    dtype: Any = None,
    finite: bool = True,
    hint: str | None = None,
) -> np.ndarray:
    """A NumPy array of exactly this shape and kind; returned for further use.

    Args:
        dtype: "float", "integer", "boolean", or a dtype such as `np.float32`.
        finite: whether NaN and infinity are refused.
    """
    if not isinstance(got, np.ndarray | np.generic):
        _fail(what, f"is {_kind(got)}, but a NumPy array was expected.", hint, got=_short(got))
    found = np.asarray(got)
    if shape is not None and found.shape != tuple(shape):
        _fail(what, *_wrong_shape(found.shape, tuple(shape)), hint=hint)
    _dtype(what, found, dtype, hint)
    if finite and found.dtype.kind in "fc":
        _finite(what, found, hint)
    return found


def close(
    what: str,
    got: Any,
    expected: Any,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    hint: str | None = None,
    dtype: Any = None,
) -> None:
    """An array equal to `expected` up to rounding: same shape, finite, |got - expected| <= atol + rtol |expected|."""
    wanted = np.asarray(expected)
    if wanted.ndim == 0:
        number(what, got, wanted, rtol, atol, hint)
        return
    found = array(what, got, wanted.shape, dtype, finite=bool(np.isfinite(wanted).all()), hint=hint)
    if found.dtype.kind not in "biuf":
        _fail(what, f"holds {found.dtype}, but numbers were expected.", hint)
    wide, goal = found.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.where(wide == goal, 0.0, np.abs(wide - goal))
    allowed = atol + rtol * np.where(np.isfinite(goal), np.abs(goal), 0.0)
    wrong = ~(difference <= allowed)
    if not wrong.any():
        return
    scale = np.maximum(np.maximum(np.abs(wide), np.abs(goal)), 1e-300)
    with np.errstate(invalid="ignore"):
        relative = np.nan_to_num(difference / scale, nan=1.0, posinf=1.0)
    worst = np.unravel_index(int(np.argmax(np.where(wrong, difference, -1.0))), found.shape)
    many = int(wrong.sum())
    raise CheckFailed(
        Finding(
            what,
            f"{many} of {found.size} values {'is' if many == 1 else 'are'} wrong.",
            expected=_entry(goal, worst),
            got=_entry(wide, worst),
            error=float(relative[worst]),
            where=_position(worst),
            hint=hint,
            picture=picture(np.where(wrong, relative, 0.0)),
        )
    )


def number(
    what: str, got: Any, expected: Any, rtol: float = 1e-6, atol: float = 1e-8, hint: str | None = None
) -> None:
    """A single real number: a Python number, a NumPy scalar or an array of shape ()."""
    if isinstance(got, bool | np.bool_) or not isinstance(got, int | float | np.number | np.ndarray):
        _fail(what, f"is {_kind(got)}, but a single number was expected.", hint, got=_short(got))
    found = np.asarray(got)
    if found.shape != ():
        _fail(what, f"has shape {found.shape}, but a single number was expected.", hint, got=_short(got))
    goal, value = float(np.asarray(expected)), _real(what, found, hint)
    if not np.isfinite(value) and np.isfinite(goal):
        _fail(what, f"is {value}, but should be a finite number.", hint, _text(goal), str(value))
    close_enough = np.isfinite(goal) and abs(value - goal) <= atol + rtol * abs(goal)
    if value != goal and not close_enough:
        error = abs(value - goal) / max(abs(value), abs(goal), 1e-300)
        _fail(what, "is not right.", hint, _text(goal), _text(value), error)


def items(
    what: str, got: Any, count: int, of: str = "values", hint: str | None = None, stacked: bool = True
) -> list[Any]:
    """So many values that a function returned together: in a tuple, a list, or one array along its first axis.

    Args:
        of: what they are, for the message: "numbers", "arrays".
        stacked: whether an array will do; an output and a cache are no two rows.
    """
    how_many = _COUNTS[count] if count < len(_COUNTS) else count
    wanted = f"{how_many} {of if count > 1 else of.removesuffix('s')}"
    inner = type_name(got) in ("tuple", "list")  # a container in a container
    several = inner or isinstance(got, tuple | list)
    if not several and not (stacked and isinstance(got, np.ndarray) and got.ndim):
        found = f"an array of shape {got.shape}" if isinstance(got, np.ndarray) else _kind(got)
        if found == "a generator":
            found += " (a yield in place of return?)"
        _fail(what, f"is {found}, but should be {wanted}.", hint, got=_short(got))
    if len(got) != count:
        _fail(what, f"should be {wanted}, but holds {len(got)}.", hint, got=_short(got))
    return list(got)


def labels(what: str, got: Any, expected: Any, hint: str | None = None) -> None:
    """Integer labels, equal to `expected` in every place."""
    goal = np.asarray(expected)
    found = array(what, got, goal.shape, "integer", hint=hint)
    wrong = np.flatnonzero(found.ravel() != goal.ravel())
    if wrong.size:
        first = np.unravel_index(int(wrong[0]), goal.shape)
        raise CheckFailed(
            Finding(
                what,
                f"{wrong.size} of {goal.size} labels {'is' if wrong.size == 1 else 'are'} wrong.",
                expected=f"{goal[first]} at {_position(first)}; all: {_short(goal)}",
                got=f"{found[first]} at {_position(first)}; all: {_short(found)}",
                where=_position(first),
                hint=hint,
            )
        )


def true(
    condition: object,
    problem: str,
    hint: str | None = None,
    expected: str | None = None,
    got: object = None,
    what: str = "",
) -> None:
    """A condition in the check's own words; `problem` says what is wrong where it does not hold."""
    if not condition:
        _fail(what, problem, hint, expected, None if got is None else _short(got))


def raises(kind: str, call: Callable[[], Any], what: str, hint: str | None = None) -> None:
    """The call raises an exception of this class name, for example "ValueError", or of a class derived from it."""
    try:
        call()
    except StudentError as error:
        if kind in (error.error_type, *error.bases):
            return
        if error.kind != "exception":
            raise
        raised = exception_name(error.error_type)
        _fail(what, f"raised {raised}, but {kind} was expected.", hint, got=str(error))
    _fail(what, f"should raise {kind}, but returned.", hint)


def unchanged(student: Any, call: Callable[..., Any], hint: str | None = None, **arrays: np.ndarray) -> Any:
    """Call with these arrays as keyword arguments; none of them may be changed in place.

    Returns:
        What the call returned.
    """
    kept = {name: student.keep(value) for name, value in arrays.items()}
    result = call(**kept)
    for name, before in arrays.items():
        after = np.asarray(student.value(kept[name]))
        if after.shape != before.shape or not np.array_equal(
            after, before, equal_nan=before.dtype.kind in "fc"
        ):
            _fail(
                name,
                "was changed in place.",
                hint
                or f"Work on a copy, or write a = a + b instead of a += b, wherever {name} is on the left.",
            )
    return result


def several(*expectations: Callable[[], Any]) -> None:
    """Try every expectation, also after one has failed; the credit is the share that holds."""
    findings: list[Finding] = []
    credits: list[float] = []
    for expectation in expectations:
        try:
            expectation()
            credits.append(1.0)
        except CheckFailed as failure:
            findings += failure.findings
            credits.append(failure.credit)
    if findings:
        raise CheckFailed(*findings, credit=sum(credits) / len(credits))


def picture(relative: np.ndarray) -> tuple[tuple[float, ...], ...] | None:
    """A small map of the error, at most 32 x 32, the largest error of each block; None for one value."""
    if relative.size < 2:
        return None
    plane = np.clip(relative.reshape(-1, relative.shape[-1]) if relative.ndim > 1 else relative[None], 0, 1)
    for axis in (0, 1):
        if plane.shape[axis] > PICTURE:
            edges = np.linspace(0, plane.shape[axis], PICTURE, endpoint=False).astype(int)
            plane = np.maximum.reduceat(plane, edges, axis=axis)
    return tuple(tuple(round(float(value), 4) for value in row) for row in plane)


def _fail(
    what: str,
    problem: str,
    hint: str | None = None,
    expected: str | None = None,
    got: str | None = None,
    error: float | None = None,
) -> NoReturn:
    raise CheckFailed(Finding(what, problem, expected, got, error, hint=hint))


def _wrong_shape(found: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[str]:
    remark = ""
    if found == wanted[::-1]:
        remark = " It looks transposed."
    elif tuple(n for n in found if n != 1) == tuple(n for n in wanted if n != 1):
        remark = " An axis of length 1 is too many or missing (keepdims?)."
    return (f"has shape {found}, but {wanted} was expected.{remark}",)


def _dtype(what: str, found: np.ndarray, dtype: Any, hint: str | None) -> None:
    if isinstance(dtype, str) and dtype in KINDS:
        kind, words = KINDS[dtype]
        if not np.issubdtype(found.dtype, kind):
            _fail(what, f"holds {found.dtype} values, but {words} were expected.", hint)
    elif dtype is not None and found.dtype != np.dtype(dtype):
        _fail(what, f"is {found.dtype}, but should be {np.dtype(dtype)}.", hint)


def _finite(what: str, found: np.ndarray, hint: str | None) -> None:
    bad = ~np.isfinite(found)
    if bad.any():
        first = np.unravel_index(int(np.argmax(bad)), found.shape)
        _fail(
            what,
            f"{int(bad.sum())} of {found.size} values are not finite; the first is {found[first]} at {_position(first)}.",
            hint,
        )


def _real(what: str, found: np.ndarray, hint: str | None) -> float:
    if found.dtype.kind not in "iufb":
        _fail(what, f"is {found.dtype}, but a real number was expected.", hint)
    return float(found)


def _kind(value: object) -> str:
    if value is None:
        return "None (is a return missing?)"
    return a_type(value)


def _text(value: float) -> str:
    return f"{value:.7g}"


def _entry(values: np.ndarray, index: tuple[Any, ...]) -> str:
    shown = f"{_text(values[index])} at {_position(index)}"
    return shown if values.size > SHOWN else f"{shown}; all: {_short(values)}"


def _position(index: tuple[Any, ...]) -> str:
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _short(value: object) -> str:
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=5, threshold=24, edgeitems=3, separator=", ")
    else:
        text = repr(value)
    return text if len(text) <= 300 else text[:297] + "..."


def gradient(
    what: str,
    f: Callable[[np.ndarray], Any],
    x: np.ndarray,
    got: Any,
    hint: str | None = None,
    **options: Any,
) -> None:
    """A gradient equal to finite differences of `f` at `x`, as far as these can tell.

    Args:
        what: name of the gradient, such as "dW".
        f: maps an array like `x` to a number (or to an array, with `upstream=`).
        got: what the student's code returned.
        options: further arguments of `labkit.gradcheck.check_gradient`.
    """
    report = check_gradient(f, x, got, name=what, **options)
    if not report.passed:
        raise CheckFailed(_gradient_finding(report, hint))


def layer(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    rng: np.random.Generator,
    hint: str | None = None,
    options: Mapping[str, Any] | None = None,
    **inputs: Any,
) -> None:
    """The gradients of a layer, a pair of functions, at these inputs; the credit is the share that is right.

    Args:
        options: further arguments of `labkit.gradcheck.check_layer`.
        inputs: the forward's arguments, in its order.
    """
    report = check_layer(forward, backward, inputs, rng=rng, **(options or {}))
    if report.passed:
        return
    findings = [Finding("", problem, hint=hint) for problem in report.problems]
    findings += [_gradient_finding(one, hint) for one in report.gradients.values() if not one.passed]
    raise CheckFailed(*findings, credit=report.credit)


def _gradient_finding(report: GradientReport, hint: str | None) -> Finding:
    diagnosis = report.diagnosis
    problem = (report.problem or "is not right.").removeprefix(f"{report.name} ")
    if report.expected is not None:  # the numbers are shown below the sentence
        problem = problem.partition(";")[0].rstrip(".") + "."
    return Finding(
        report.name,
        problem,
        expected=None if report.expected is None else _text(report.expected),
        got=None if report.got is None else _text(report.got),
        error=report.relative_error,
        where=report.where,
        diagnosis=diagnosis.sentence if diagnosis else None,
        hint=diagnosis.hint if diagnosis else hint,
        picture=report.picture,
        mistake=diagnosis.code if diagnosis else None,
    )

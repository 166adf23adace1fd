"""Is this array the gradient of this function?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.diagnosis import Context
from labkit.gradcheck.compare import Tolerance
from labkit.gradcheck.differences import (
    Differences,
    Floats,
    NoNumber,
    contraction,
    float_array,
    function,
    generator,
    number,
)
from labkit.gradcheck.judge import Question, judge
from labkit.gradcheck.reports import GradientReport

RELATIVE = {8: 1e-6, 4: 1e-3, 2: 5e-2}  # by the bytes of a float: what rounding leaves a gradient's entries


def check_gradient(
    f: Callable[..., Any],
    x: ArrayLike,
    analytic: Any,
    *,
    upstream: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    name: str = "the gradient",
    variable: str | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    budget: int = 1000,
    batch_size: int | None = None,
    reg: float | None = None,
) -> GradientReport:
    """Compare ``analytic`` with finite differences of f at x.

    f: maps a float64 array of x's shape to a number, or to an array when ``upstream`` (of that array's
    shape) is given; it is handed copies. x: floating point array. analytic: what should be the gradient.
    name, variable: of the gradient and of x, for the sentences. rtol, atol: None chooses them for the
    dtype; what finite differences cannot tell is always allowed for. budget: evaluations of f at most.
    batch_size, reg: only help to name a mistake. Exceptions of f pass through. TypeError when x holds no
    floating point numbers, ValueError for an upstream that is missing or of another shape.
    """
    start = float_array(x, "x")
    function("f", f)
    variable = variable or _variable(name)
    rng = np.random.default_rng(0) if rng is None else rng
    generator(rng)
    dtype = np.asarray(x).dtype
    higher = np.result_type(dtype, np.float64)
    if (fault := function_fault(f, start, variable)) is not None:
        return GradientReport(name, False, fault[0], fault[1], evaluations=2)
    slopes = Differences(f, start, contraction(upstream), budget=budget)
    slopes.evaluations += 2
    used = None if upstream is None else np.array(upstream, dtype=np.float64)
    context = Context(name, variable, batch_size=batch_size, reg=reg, parameter=start, upstream=used)
    question = Question(
        name,
        slopes,
        (dtype, higher),
        (context,),
        tolerance_for(rtol, atol, dtype, analytic),
        rng,
        rounding=lambda: _rounding(slopes, analytic),
    )
    return judge(question, (analytic,))


def _variable(name: str) -> str:
    return name[1:] if name.startswith("d") and 1 < len(name) < 12 and " " not in name else "x"


def tolerance_for(
    rtol: float | None, atol: float | None, dtype: np.dtype[Any], given: Any = None
) -> Tolerance:
    """Tolerances for gradients of this precision; ``given`` may be of a lower one."""
    size = dtype.itemsize
    if isinstance(given, np.ndarray | np.generic) and given.dtype.kind == "f":
        size = min(size, given.dtype.itemsize)
    return Tolerance(RELATIVE.get(size, RELATIVE[8]) if rtol is None else rtol, atol)


def function_fault(f: Callable[..., Any], x: Floats, variable: str) -> tuple[str, str] | None:
    """What makes a function unfit for differences at x: it changes x, is random or not finite."""
    mine = x.copy()
    try:
        first = number(f(mine)).astype(np.float64)
    except NoNumber as fault:
        return "nonfinite", f"{str(fault)[0].upper()}{str(fault)[1:]}."
    if not np.array_equal(mine, x, equal_nan=True):
        return "changed", f"The function changes {variable} in place; it must leave its argument as it was."
    if not np.isfinite(first).all():
        return "nonfinite", f"The function's value is not finite: {_first_bad(first)}."
    if not repeats(first, np.asarray(f(x.copy()), dtype=np.float64)):
        return "random", "The function gives a different value each time it is called with the same argument."
    return None


def repeats(first: NDArray[Any], second: NDArray[Any]) -> bool:
    """Whether two results of the same call are the same, but for the order of additions."""
    if first.shape != second.shape:
        return False
    precision = min((a.dtype for a in (first, second)), key=lambda dtype: dtype.itemsize)
    eps = float(np.finfo(precision).eps) if precision.kind == "f" else 0.0
    size = np.abs(first[np.isfinite(first)])
    slack = 50 * eps * float(size.max()) if size.size else 0.0
    return bool(np.allclose(first, second, rtol=0, atol=slack, equal_nan=True))


def _first_bad(values: NDArray[Any]) -> str:
    bad = np.argwhere(~np.isfinite(values))[0]
    at = f" at {tuple(int(i) for i in bad)}" if len(bad) else ""
    return f"{values[tuple(bad)]}{at}"


def _rounding(slopes: Differences, analytic: Any) -> Floats:
    """How wrong a low-precision gradient may be without being wrong: the share of the output's own rounding."""
    dtype = np.asarray(analytic).dtype
    eps = float(np.finfo(dtype).eps) if dtype.kind == "f" else 0.0
    largest = float(np.abs(slopes.x).max()) or 1.0
    allowed = eps * slopes.natural[0] / largest
    return np.full((1, *slopes.x.shape), allowed)

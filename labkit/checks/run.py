"""Running checks: the same code in the notebook and in the judge."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from labkit.checks.outcome import FAILED, NOT_WRITTEN, PASSED, WAITING, CheckFailed, Finding, Outcome
from labkit.checks.registry import Check
from labkit.checks.student import StudentError

STATUS = {
    "exception": "error",
    "missing": NOT_WRITTEN,
    "not written": NOT_WRITTEN,
    "timeout": "timeout",
    "memory": "memory",
    "crash": "crash",
    "exit": "crash",
    "wire": "crash",
}


def generator(check: Check, seed: int) -> np.random.Generator:
    """The random generator of a check: its own stream for every check and seed."""
    return np.random.default_rng([seed, zlib.crc32(f"{check.question}:{check.name}".encode())])


def run_check(check: Check, student: Any, seed: int) -> Outcome:
    """Run one check. Whatever the student's code does, an outcome comes of it."""
    started = time.process_time()
    status, credit, findings = _attempt(check, student, seed)
    if status != NOT_WRITTEN:
        findings = tuple(
            found if found.hint or found.diagnosis else replace(found, hint=check.hint) for found in findings
        )
    return Outcome(
        title=check.title,
        status=status,
        credit=credit,
        weight=check.weight,
        hidden=check.hidden,
        seconds=round(time.process_time() - started, 4),
        findings=findings,
    )


def _attempt(check: Check, student: Any, seed: int) -> tuple[str, float, tuple[Finding, ...]]:
    try:
        check.function(student, generator(check, seed))
    except CheckFailed as failure:
        return FAILED, failure.credit, failure.findings
    except StudentError as error:
        return STATUS[error.kind], 0.0, (finding_of(error),)
    except Exception as error:
        return FAILED, 0.0, (_unusable(error),)
    return PASSED, 1.0, ()


def finding_of(error: StudentError) -> Finding:
    """What a student is told of an exception, a time-out or a missing function."""
    where = error.frames[-1] if error.frames else None
    place = f" in {where[0]}, line {where[1]}" if where else ""
    if error.kind == "not written":
        name = error.message or "This function"
        return Finding(what="", problem=f"{name} is not written yet{place}.", raised=error.kind)
    if error.kind == "exit":
        problem = f"The code ended the whole program{place} (sys.exit?); a function must return instead."
    elif error.error_type:
        problem = f"{error.error_type}{place}: {error.message}"
    else:
        problem = error.message
    raised = error.kind if error.kind == "missing" else error.error_type or None
    return Finding(what="", problem=problem, frames=error.frames, raised=raised)


def _unusable(error: Exception) -> Finding:
    return Finding(
        what="",
        problem=f"What your function returned could not be used ({type(error).__name__}: {error}).",
        raised=type(error).__name__,
        hint="Compare the type and the number of the values that it returns with its docstring.",
    )


def blame(
    outcomes: Iterable[Outcome], checks: Iterable[Check], failed: Callable[[str], bool]
) -> tuple[Outcome, ...]:
    """Mark failures that an earlier question explains as waiting for it.

    Args:
        outcomes, checks: in the same order.
        failed: whether a question has a check that does not pass.
    """
    marked = []
    for outcome, check in zip(outcomes, checks, strict=True):
        cause = next((question for question in check.after if failed(question)), None)
        if cause is not None and not outcome.passed and outcome.status != NOT_WRITTEN:
            outcome = replace(outcome, status=WAITING, waits_for=cause)
        marked.append(outcome)
    return tuple(marked)


def settle(outcomes: Iterable[Outcome], checks: Iterable[Check]) -> tuple[Outcome, ...]:
    """The outcomes of one question: side conditions count as far as the main checks pass, and nothing without a gate.

    Args:
        outcomes, checks: in the same order.
    """
    outcomes, checks = tuple(outcomes), tuple(checks)
    main = [outcome for outcome, check in zip(outcomes, checks, strict=True) if not check.side]
    weight = sum(outcome.weight for outcome in main)
    share = sum(outcome.weight * outcome.credit for outcome in main) / weight if weight else 1.0
    through = all(outcome.passed for outcome, check in zip(outcomes, checks, strict=True) if check.gate)
    return tuple(
        replace(outcome, credit=outcome.credit * through * (share if check.side else 1.0))
        for outcome, check in zip(outcomes, checks, strict=True)
    )

"""Running checks: the same code in the notebook and in the judge."""

from __future__ import annotations

import itertools
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from labkit.checks.outcome import (
    FAILED,
    NOT_WRITTEN,
    OWN_MODULE,
    PASSED,
    WAITING,
    CheckFailed,
    Finding,
    Outcome,
)
from labkit.checks.registry import Check
from labkit.checks.student import SYNTAX, Frame, StudentError
from labkit.checks.unusable import HINT, unusable

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
    status, credit, findings, unloaded = _attempt(check, student, seed)
    if status != NOT_WRITTEN and unloaded is None:
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
        waits_for=unloaded,
    )


def _attempt(check: Check, student: Any, seed: int) -> tuple[str, float, tuple[Finding, ...], str | None]:
    """Status, credit, findings, and the student's file that does not load."""
    file = check.function.__code__.co_filename
    try:
        check.function(student, generator(check, seed))
    except CheckFailed as failure:
        return FAILED, failure.credit, failure.findings, None
    except StudentError as error:
        place = unloaded_at(error)
        by_check = error.error_type == "TypeError" and not error.frames  # it did that with an object
        found = (unusable(error, file) if by_check else None) or finding_of(error)
        return STATUS[error.kind], 0.0, (found,), place[0] if place else None
    except Exception as error:
        return FAILED, 0.0, (unusable(error, file) or _unusable(error),), None
    return PASSED, 1.0, (), None


def unloaded_at(error: StudentError) -> Frame | None:
    """Where a file of the student's stopped while it was imported, or None where that is not what failed."""
    if error.kind != "exception" or not error.frames:
        return None
    last = error.frames[-1]
    outer = list(itertools.takewhile(lambda frame: frame[2] == "<module>", error.frames))
    if error.error_type in SYNTAX and not last[2]:
        found = last
    elif outer:
        found = last if last[0] == outer[-1][0] else outer[-1]
    else:
        return None
    return found if OWN_MODULE.fullmatch(found[0]) else None


def finding_of(error: StudentError) -> Finding:
    """What a student is told of an exception, a time-out or a missing function."""
    where = error.frames[-1] if error.frames else None
    place = f" in {_file(where)}, line {where[1]}" if where else ""
    unloaded, frames = unloaded_at(error), error.frames
    if error.kind == "not written":
        name = error.message or "This function"
        return Finding(what="", problem=f"{name} is not written yet{place}.", raised=error.kind)
    if error.kind == "exit":
        problem = f"The code ended the whole program{place} (sys.exit?); a function must return instead."
    elif unloaded:
        line = f" in line {unloaded[1]}" if unloaded[1] else ""
        problem = f"{unloaded[0]} does not load: {error.error_type}{line}: {error.message}"
        frames = tuple(frame for frame in frames if frame[0] == unloaded[0])
    elif error.error_type and error.kind != "missing":
        problem = f"{error.error_type}{place}: {error.message}"
    else:
        problem = error.message
    raised = error.kind if error.kind == "missing" else error.error_type or None
    return Finding(what="", problem=problem, frames=frames, raised=raised)


def _unusable(error: Exception) -> Finding:
    return Finding(
        what="",
        problem=f"What your function returned could not be used ({type(error).__name__}: {error}).",
        raised=type(error).__name__,
        hint=HINT,
    )


def _file(frame: Frame) -> str:
    """The file of a frame; in a notebook, the function, for its cells have no names there."""
    file, _, function, _ = frame
    return f"{function} of the notebook" if file == "the notebook" and function.isidentifier() else file


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
        if (
            outcome.waits_for is None
            and cause is not None
            and not outcome.passed
            and outcome.status != NOT_WRITTEN
        ):
            outcome = replace(outcome, status=WAITING, waits_for=cause)
        marked.append(outcome)
    return tuple(marked)


def settle(outcomes: Iterable[Outcome], checks: Iterable[Check]) -> tuple[Outcome, ...]:
    """The outcomes of one question: side conditions count as far as the main checks pass, and nothing without a gate.

    A file that does not load is told of once; the other checks wait for it.

    Args:
        outcomes, checks: in the same order.
    """
    outcomes, checks = _told_once(outcomes), tuple(checks)
    main = [outcome for outcome, check in zip(outcomes, checks, strict=True) if not check.side]
    weight = sum(outcome.weight for outcome in main)
    share = sum(outcome.weight * outcome.credit for outcome in main) / weight if weight else 1.0
    through = all(outcome.passed for outcome, check in zip(outcomes, checks, strict=True) if check.gate)
    return tuple(
        replace(outcome, credit=outcome.credit * through * (share if check.side else 1.0))
        for outcome, check in zip(outcomes, checks, strict=True)
    )


def _told_once(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """A hidden check names no file that a public one has not named: its traceback is of the student's making."""
    told: set[str] = set()
    found = []
    for outcome in outcomes:
        if outcome.waits_for in told:
            outcome = replace(outcome, status=WAITING, findings=())
        elif outcome.hidden:
            outcome = replace(outcome, waits_for=None)
        elif outcome.waits_for is not None:
            told.add(outcome.waits_for)
        found.append(outcome)
    return tuple(found)

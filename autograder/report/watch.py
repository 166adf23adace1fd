"""What a person should look at: the commonest named mistakes, and submissions that took unusual time or memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.results import SubmissionResult
from labkit.checks import Finding

UNUSUAL = 5.0  # spreads above the median (of a normal distribution: standard deviations)
AT_LEAST = 2.0  # times the median
MOST_OUTLIERS = 10
STOPPED = ("timeout", "memory", "crash")


@dataclass(frozen=True)
class Mistake:
    """A mistake that was named by its evidence, on one question.

    Attributes:
        question: dotted name; grade_id: nbgrader's.
        code: for counting, such as "missing_mean".
        diagnosis: as students read it, in its commonest wording.
        students: who made it, by name.
        example: a finding of the first of them.
    """

    question: str
    grade_id: str
    code: str
    diagnosis: str
    students: tuple[str, ...]
    example: Finding


@dataclass(frozen=True)
class Outlier:
    """A submission whose time or memory is far above the class's: `times` the median."""

    student: str
    value: float
    times: float


@dataclass(frozen=True)
class Stopped:
    """Checks of one question that ran out of time or memory, or in which Python crashed."""

    student: str
    question: str
    status: str
    checks: int


def mistakes(results: Sequence[SubmissionResult]) -> tuple[Mistake, ...]:
    """The named mistakes, the commonest first. A student counts once for each."""
    found: dict[tuple[str, str, str], dict[str, Finding]] = defaultdict(dict)
    for result in results:
        for question in result.questions:
            for finding in (each for outcome in question.outcomes for each in outcome.findings):
                if finding.diagnosis:
                    key = (question.name, question.grade_id, finding.mistake or finding.diagnosis)
                    found[key].setdefault(result.student, finding)
    made = [
        Mistake(
            question=question,
            grade_id=grade_id,
            code=code,
            diagnosis=Counter(str(each.diagnosis) for each in by.values()).most_common(1)[0][0],
            students=tuple(sorted(by)),
            example=by[min(by)],
        )
        for (question, grade_id, code), by in found.items()
    ]
    return tuple(sorted(made, key=lambda mistake: (-len(mistake.students), mistake.question, mistake.code)))


def outliers(
    results: Sequence[SubmissionResult], measure: Callable[[SubmissionResult], float]
) -> tuple[Outlier, ...]:
    """Submissions far above the rest, by median and median absolute deviation; the largest first."""
    values = np.array([measure(result) for result in results])
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(abs(values - middle)))
    limit = max(middle + UNUSUAL * spread, AT_LEAST * middle)
    far = [
        Outlier(result.student, float(value), float(value) / middle)
        for result, value in zip(results, values, strict=True)
        if middle > 0 and value > limit
    ]
    return tuple(sorted(far, key=lambda outlier: -outlier.value)[:MOST_OUTLIERS])


def stopped(results: Sequence[SubmissionResult]) -> tuple[Stopped, ...]:
    """Checks that did not come to an end."""
    counts = Counter(
        (result.student, question.name, outcome.status)
        for result in results
        for question in result.questions
        for outcome in question.outcomes
        if outcome.status in STOPPED
    )
    return tuple(Stopped(*where, count) for where, count in counts.items())

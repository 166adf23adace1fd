"""Everything that the class report says, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autograder.lateness import Lateness
from autograder.report.copies import Pair, find_copies
from autograder.report.scores import (
    CheckItem,
    ClassScores,
    Manual,
    QuestionItem,
    check_items,
    class_scores,
    question_items,
)
from autograder.report.watch import Mistake, Outlier, Stopped, mistakes, outliers, stopped
from autograder.report.written import Excerpt, answer, code_of, written
from autograder.results import SubmissionResult

if TYPE_CHECKING:
    from autograder.homework import Homework


@dataclass(frozen=True)
class Copies:
    """Likely copies: submissions compared, those that could not be read, and pairs, the most alike first."""

    compared: int
    left_out: tuple[str, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class ClassReport:
    """A class's work on one homework.

    Attributes:
        homework: what was set.
        results: one per submission.
        scores, questions, checks: the numbers, with manual scores in the place of the machine's.
        totals: points after penalties for lateness, (students,).
        mistakes: named ones with the code of one student who made it, the commonest first.
        slow, large: submissions with unusual processor time (s) and memory (MB).
        stopped: checks that were stopped.
        late: what is known about late submissions, by student.
        copies: None where submissions were not compared.
    """

    homework: Homework
    results: tuple[SubmissionResult, ...]
    scores: ClassScores
    questions: tuple[QuestionItem, ...]
    checks: tuple[CheckItem, ...]
    totals: NDArray[np.float64]
    mistakes: tuple[tuple[Mistake, tuple[Excerpt, ...]], ...]
    slow: tuple[Outlier, ...]
    large: tuple[Outlier, ...]
    stopped: tuple[Stopped, ...]
    late: Mapping[str, Lateness]
    copies: Copies | None


def class_report(
    homework: Homework,
    results: Sequence[SubmissionResult],
    *,
    manual: Manual,
    lateness: Mapping[str, Lateness],
    work: Mapping[str, Path],
    release: Path,
    copies: bool = True,
) -> ClassReport:
    """Gather the report of a class.

    Args:
        results: one per submission, at least one.
        manual: scores that staff gave, by student and grade id.
        lateness: where it is known, by student.
        work: each student's merged submission (`autograded/STUDENT/HOMEWORK`), by student.
        release: the homework as it was given out.
        copies: whether submissions are compared with each other.
    """
    scores = class_scores(results, homework, manual)
    penalties = [lateness[name].penalty if name in lateness else 0.0 for name in scores.students]
    found = mistakes(results)
    return ClassReport(
        homework=homework,
        results=tuple(results),
        scores=scores,
        questions=question_items(scores),
        checks=check_items(results, scores),
        totals=np.maximum(0.0, scores.totals - penalties),
        mistakes=tuple((each, _example(homework, each, work)) for each in found),
        slow=outliers(results, lambda result: result.cpu_seconds),
        large=outliers(results, lambda result: result.peak_memory_mb),
        stopped=stopped(results),
        late={name: late for name, late in sorted(lateness.items()) if late.days_late > 0},
        copies=_compare(homework, work, release) if copies else None,
    )


def _example(homework: Homework, mistake: Mistake, work: Mapping[str, Path]) -> tuple[Excerpt, ...]:
    asked = {question.grade_id for question in homework.questions}
    if mistake.grade_id not in asked:
        return ()
    return answer(homework, mistake.grade_id, work[mistake.students[0]])


def _compare(homework: Homework, work: Mapping[str, Path], release: Path) -> Copies:
    scaffold = code_of(homework, release)
    code = {student: code_of(homework, folder) for student, folder in work.items()}
    texts = {student: written(files, scaffold) for student, files in code.items() if files}
    given = "\n".join(line for lines in scaffold.values() for line in lines)
    return Copies(
        len(texts), tuple(student for student in work if student not in texts), find_copies(texts, given)
    )

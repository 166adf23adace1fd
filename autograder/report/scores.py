"""A class as numbers: the scores of every submission, and what they say about questions and checks.

The item analysis is the classical one. Difficulty is the mean share of the points. Discrimination is the
correlation of a question's points with the share of points on all *other* questions (corrected item-total
correlation; for a check that passes or fails it is the point-biserial one).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autograder.results import NO_RESPONSE, SubmissionResult

if TYPE_CHECKING:
    from autograder.homework import Homework, Question

Manual = Mapping[str, Mapping[str, float | None]]
MOST_UNGRADED = 0.1  # share of the answers to a question
FEWEST = 10  # students, for a correlation to be given at all


@dataclass(frozen=True)
class Item:
    """How a class did on one question or check.

    Attributes:
        students: how many have a score.
        difficulty: mean share of the points, 0 to 1; None where nobody has a score.
        discrimination: -1 to 1; None for too few students, or where all have the same score.
        full, part, none: how many got everything, something, nothing.
    """

    students: int
    difficulty: float | None
    discrimination: float | None
    full: int
    part: int
    none: int


@dataclass(frozen=True)
class QuestionItem:
    """One question: `ungraded` names the students whose answer a person must still grade."""

    question: Question
    item: Item
    ungraded: tuple[str, ...]


@dataclass(frozen=True)
class CheckItem:
    """One check of a question; `statuses` counts how it ended."""

    question: Question
    title: str
    hidden: bool
    item: Item
    statuses: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class ClassScores:
    """The scores of a class.

    Attributes:
        students: names, one per row.
        questions: one per column.
        points: the most each question gives, (questions,).
        scores: (students, questions); NaN where a person must still grade.
        active: (students,), False for submissions in which nothing is written: they count in the
            distribution, not in the item analysis.
    """

    students: tuple[str, ...]
    questions: tuple[Question, ...]
    points: NDArray[np.float64]
    scores: NDArray[np.float64]
    active: NDArray[np.bool_]

    @property
    def totals(self) -> NDArray[np.float64]:
        """Points given so far, (students,)."""
        return np.nansum(self.scores, axis=1)

    @property
    def shares(self) -> NDArray[np.float64]:
        """Shares of the points, (students, questions); NaN for what is not graded and for questions of 0 points."""
        return np.divide(
            self.scores, self.points, out=np.full_like(self.scores, np.nan), where=self.points > 0
        )

    def rest(self, question: int) -> NDArray[np.float64]:
        """Each student's share of the points on all questions but one, (students,); NaN where there is none."""
        others = np.delete(self.scores, question, axis=1)
        most = np.where(np.isnan(others), 0.0, np.delete(self.points, question)).sum(axis=1)
        given = np.nansum(others, axis=1)
        return np.divide(given, most, out=np.full_like(given, np.nan), where=most > 0)


def class_scores(results: Sequence[SubmissionResult], homework: Homework, manual: Manual) -> ClassScores:
    """The scores of a class.

    Args:
        results: one per submission.
        manual: scores that staff gave, by student and grade id; they count instead of the machine's.
    """
    questions = homework.questions
    scores = np.full((len(results), len(questions)), np.nan)
    for row, result in enumerate(results):
        found = result.scores(manual.get(result.student))
        for column, question in enumerate(questions):
            score = found.get(question.grade_id)
            scores[row, column] = np.nan if score is None else score
    return ClassScores(
        students=tuple(result.student for result in results),
        questions=questions,
        points=np.array([question.points for question in questions]),
        scores=scores,
        active=np.array([not _empty(result) for result in results], dtype=bool),
    )


def _empty(result: SubmissionResult) -> bool:
    return all(question.status in ("not written", NO_RESPONSE) for question in result.questions)


def question_items(scores: ClassScores) -> tuple[QuestionItem, ...]:
    """How the class did on each question; no numbers for one that is largely ungraded, since zeros come first."""
    shares = scores.shares
    nothing = np.full(len(scores.students), np.nan)
    items = []
    for column, question in enumerate(scores.questions):
        waiting = np.flatnonzero(np.isnan(scores.scores[:, column]))
        enough = waiting.size <= MOST_UNGRADED * len(scores.students)
        item = _item(shares[:, column] if enough else nothing, scores.rest(column), scores.active)
        items.append(QuestionItem(question, item, tuple(scores.students[row] for row in waiting)))
    return tuple(items)


def check_items(results: Sequence[SubmissionResult], scores: ClassScores) -> tuple[CheckItem, ...]:
    """How the class did on each check, in the order of the questions."""
    items = []
    for column, question in enumerate(scores.questions):
        credits: dict[tuple[str, bool], NDArray[np.float64]] = {}
        statuses: dict[tuple[str, bool], Counter[str]] = {}
        for row, result in enumerate(results):
            asked = next((q for q in result.questions if q.grade_id == question.grade_id), None)
            for outcome in asked.outcomes if asked else ():
                key = (outcome.title, outcome.hidden)
                credits.setdefault(key, np.full(len(results), np.nan))[row] = outcome.credit
                statuses.setdefault(key, Counter())[outcome.status] += 1
        rest = scores.rest(column)
        items += [
            CheckItem(question, title, hidden, _item(credit, rest, scores.active), statuses[title, hidden])
            for (title, hidden), credit in credits.items()
        ]
    return tuple(items)


def _item(shares: NDArray[np.float64], rest: NDArray[np.float64], active: NDArray[np.bool_]) -> Item:
    """
    Args:
        shares: of the item's points, (students,); NaN for none.
        rest: of the points on everything else, (students,).
        active: whose submissions count.
    """
    known = ~np.isnan(shares) & active
    found = shares[known]
    return Item(
        students=int(known.sum()),
        difficulty=float(found.mean()) if found.size else None,
        discrimination=correlation(shares[known], rest[known]),
        full=int((found >= 1).sum()),
        part=int(((found > 0) & (found < 1)).sum()),
        none=int((found <= 0).sum()),
    )


def correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    """Pearson's correlation; None for fewer than `FEWEST` pairs, or where either is constant."""
    known = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[known], y[known]
    if x.size < FEWEST or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def uncertainty(students: int) -> float:
    """By how much a correlation near 0 can be wrong with this many students (95 %, Fisher's z)."""
    return float(np.tanh(1.96 / np.sqrt(students - 3))) if students > 3 else 1.0

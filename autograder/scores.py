"""The machine's scores in nbgrader's gradebook: read at once, written many submissions at a time.

Row by row through nbgrader's own calls, a submission of fifty cells takes a tenth of a second and five commits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import insert, select, update

from autograder.results import NO_RESPONSE, QuestionResult, SubmissionResult

EMPTY = "No response."
MOST_WAITING, MOST_SECONDS = 50, 10.0
Scores = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class Graded:
    """A result for the gradebook.

    Attributes:
        handed_in: when; None where that is not known.
        known: hashes of the questions that the gradebook has scores of, by grade id.
    """

    result: SubmissionResult
    handed_in: datetime | None = None
    known: Mapping[str, str] = field(default_factory=dict)


class ScoreWriter:
    """Writes scores when there are enough of them, or the last time was a while ago.

    Args:
        written: is told each result that the gradebook has now.
    """

    def __init__(self, gradebook: Gradebook, written: Callable[[SubmissionResult], None]) -> None:
        self._gradebook, self._written = gradebook, written
        self._waiting: list[Graded] = []
        self._last = time.monotonic()

    def add(self, graded: Graded) -> None:
        """Have the scores of a submission written, soon."""
        self._waiting.append(graded)
        if len(self._waiting) >= MOST_WAITING or time.monotonic() - self._last > MOST_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        write_scores(self._gradebook, self._waiting)
        for each in self._waiting:
            self._written(each.result)
        self._waiting.clear()
        self._last = time.monotonic()


def write_scores(gradebook: Gradebook, graded: Iterable[Graded]) -> None:
    """Write the scores of submissions of one homework, in one transaction.

    A manual score stays; where what it was given for has changed, it asks for another look.
    """
    batch = {each.result.student: each for each in graded}
    if not batch:
        return
    db = gradebook.db
    assignment = gradebook.find_assignment(next(iter(batch.values())).result.homework)
    _make_missing(db, assignment, batch)
    times = [
        {"id": row.id, "timestamp": batch[row.student_id].handed_in}
        for row in db.execute(_submissions(assignment, batch))
        if batch[row.student_id].handed_in is not None
    ]
    grades = [
        {
            "id": row.id,
            "auto_score": question.score,
            "needs_manual_grade": _asks(row, question, batch[row.student_id].known),
        }
        for row in db.execute(
            _cells(Grade, assignment, batch).add_columns(Grade.manual_score, Grade.needs_manual_grade)
        )
        for question in [batch[row.student_id].result.question(row.name)]
    ]
    comments = [
        {
            "id": row.id,
            "auto_comment": EMPTY if _no_response(batch[row.student_id].result, row.name) else None,
        }
        for row in db.execute(_cells(Comment, assignment, batch))
    ]
    for kind, rows in ((SubmittedAssignment, times), (Grade, grades), (Comment, comments)):
        if rows:
            db.execute(update(kind), rows)
    db.commit()


def _asks(row: Any, question: QuestionResult, known: Mapping[str, str]) -> bool:
    """Whether a person must grade a question, or look at it again."""
    if row.manual_score is None:
        return question.score is None
    return row.needs_manual_grade or known.get(question.grade_id) != question.digest


def _submissions(assignment: Assignment, students: Iterable[str]) -> Any:
    return select(SubmittedAssignment.id, SubmittedAssignment.student_id).where(
        SubmittedAssignment.assignment_id == assignment.id, SubmittedAssignment.student_id.in_(students)
    )


def _cells(kind: type[Grade | Comment], assignment: Assignment, students: Iterable[str] | None = None) -> Any:
    """The rows of submissions' cells, of some students or of all: id, name of the cell, student."""
    rows = (
        select(kind.id, BaseCell.name, SubmittedAssignment.student_id)
        .join(BaseCell, kind.cell_id == BaseCell.id)
        .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    return rows if students is None else rows.where(SubmittedAssignment.student_id.in_(students))


def _make_missing(db: Any, assignment: Assignment, students: Iterable[str]) -> None:
    """Rows for students and submissions that are new, as `Gradebook.add_submission` makes them."""
    names = set(students)
    known = set(db.scalars(select(Student.id).where(Student.id.in_(names))))
    there = {row.student_id for row in db.execute(_submissions(assignment, names))}
    _insert(db, Student, [{"id": name} for name in sorted(names - known)])
    made = [
        {"id": new_uuid(), "assignment_id": assignment.id, "student_id": name}
        for name in sorted(names - there)
    ]
    _insert(db, SubmittedAssignment, made)
    for notebook in assignment.notebooks:
        rows = [
            {"id": new_uuid(), "assignment_id": row["id"], "notebook_id": notebook.id, "flagged": False}
            for row in made
        ]
        _insert(db, SubmittedNotebook, rows)
        graded = [*notebook.grade_cells, *notebook.task_cells]
        written = [*notebook.solution_cells, *notebook.task_cells]
        _insert(db, Grade, list(_below(rows, graded)))
        _insert(db, Comment, list(_below(rows, written)))


def _below(notebooks: list[dict[str, Any]], cells: list[BaseCell]) -> Iterator[dict[str, str]]:
    for notebook in notebooks:
        for cell in cells:
            yield {"notebook_id": notebook["id"], "cell_id": cell.id}


def _insert(db: Any, kind: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(kind), rows)


def _no_response(result: SubmissionResult, cell: str) -> bool:
    try:
        return result.question(cell).status == NO_RESPONSE
    except KeyError:
        return cell in result.untouched


def written_scores(gradebook: Gradebook, homework: str) -> Scores:
    """The machine's scores in the gradebook: {student: {grade id: score or None}}."""
    rows = gradebook.db.execute(
        _cells(Grade, gradebook.find_assignment(homework)).add_columns(Grade.auto_score)
    )
    found: dict[str, dict[str, float | None]] = {}
    for row in rows:
        found.setdefault(row.student_id, {})[row.name] = row.auto_score
    return found

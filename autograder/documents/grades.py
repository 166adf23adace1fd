"""The class as a table: one row per student, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.documents.page import points
from autograder.lateness import Lateness
from autograder.results import Note, SubmissionResult
from labkit.printing.files import write_csv

if TYPE_CHECKING:
    from autograder.homework import Homework

Manual = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class Grade:
    """What one submission is worth.

    Attributes:
        scores: by grade id; None where a person must still grade.
        machine, manual: points given so far for questions of either kind.
        penalty: points subtracted for being late.
        complete: whether every written answer is graded.
    """

    scores: Mapping[str, float | None]
    machine: float
    manual: float
    penalty: float
    complete: bool

    @property
    def total(self) -> float:
        """All points given so far, less the penalty."""
        return self.machine + self.manual - self.penalty


def grade_of(
    result: SubmissionResult,
    homework: Homework,
    given: Mapping[str, float | None],
    late: Lateness | None = None,
) -> Grade:
    """The grade of a submission: scores that staff gave count instead of the machine's.

    Args:
        given: scores that staff gave, by grade id.
    """
    scores = result.scores(given)
    by_hand = [scores.get(each.grade_id) for each in homework.questions if each.kind == "manual"]
    machine = sum(scores.get(each.grade_id) or 0.0 for each in homework.questions if each.kind != "manual")
    manual = sum(score for score in by_hand if score is not None)
    penalty = min(late.penalty, machine + manual) if late else 0.0
    return Grade(scores, machine, manual, penalty, all(score is not None for score in by_hand))


def write_grades_csv(
    results: Iterable[SubmissionResult],
    homework: Homework,
    path: Path,
    *,
    manual: Manual | None = None,
    lateness: Mapping[str, Lateness] | None = None,
) -> Path:
    """Write the table as UTF-8 CSV, at once or not at all.

    Columns: student, total (all points given so far, less the late penalty), machine, manual (blank until
    every written answer is graded), late_days and late_penalty (blank without a due time), one per question
    by name, notes (file, cell and reason of each, including those for staff only).

    Args:
        manual: scores that staff gave, by student and grade id; they count instead of the machine's.
        lateness: how late each student was.
    """
    questions = homework.questions
    header = ["student", "total", "machine", "manual", "late_days", "late_penalty"]
    rows = [[*header, *(question.name for question in questions), "notes"]]
    for result in sorted(results, key=lambda result: result.student):
        late = (lateness or {}).get(result.student)
        grade = grade_of(result, homework, (manual or {}).get(result.student, {}), late)
        row = [
            result.student,
            points(grade.total),
            points(grade.machine),
            points(grade.manual) if grade.complete else "",
            str(late.days_late) if late else "",
            points(grade.penalty) if late else "",
            *(_score(grade.scores.get(question.grade_id)) for question in questions),
            "; ".join(_note(note) for note in result.notes),
        ]
        rows.append(row)
    return write_csv(path, rows)


def _score(score: float | None) -> str:
    return "" if score is None else points(score)


def _note(note: Note) -> str:
    where = f"{note.file}, cell {note.cell}" if note.cell else note.file
    return f"{where}: {note.reason}" if where else note.reason

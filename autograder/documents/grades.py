"""The class as a table: one row per student, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.documents.feedback import points
from autograder.documents.files import write_text
from autograder.documents.text import clean
from autograder.results import Note, SubmissionResult

if TYPE_CHECKING:
    from autograder.homework import Homework

FORMULA = ("=", "+", "-", "@")
Manual = Mapping[str, Mapping[str, float | None]]


def write_grades_csv(
    results: Iterable[SubmissionResult], homework: Homework, path: Path, *, manual: Manual | None = None
) -> Path:
    """Write the table as UTF-8 CSV, at once or not at all.

    Columns: student, total (all points given so far), machine, manual (blank until every written answer
    is graded), one per question by name, notes (file, cell and reason of each, including those for staff only).

    Args:
        manual: scores that staff gave, by student and grade id; they count instead of the machine's.
    """
    questions = homework.questions
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    header = ["student", "total", "machine", "manual", *(question.name for question in questions), "notes"]
    table.writerow([_cell(name) for name in header])
    for result in sorted(results, key=lambda result: result.student):
        given = (manual or {}).get(result.student, {})
        scores: dict[str, float | None] = {question.grade_id: question.score for question in result.questions}
        scores.update({grade_id: score for grade_id, score in given.items() if score is not None})
        by_hand = [scores.get(question.grade_id) for question in questions if question.kind == "manual"]
        machine = [scores.get(question.grade_id) for question in questions if question.kind != "manual"]
        graded = [score for score in by_hand if score is not None]
        row = [
            _cell(result.student),
            points(sum(score or 0.0 for score in machine) + sum(graded)),
            points(sum(score or 0.0 for score in machine)),
            points(sum(graded)) if len(graded) == len(by_hand) else "",
            *(_score(scores.get(question.grade_id)) for question in questions),
            _cell("; ".join(_note(note) for note in result.notes)),
        ]
        table.writerow(row)
    return write_text(path, stream.getvalue())


def _score(score: float | None) -> str:
    return "" if score is None else points(score)


def _note(note: Note) -> str:
    where = f"{note.file}, cell {note.cell}" if note.cell else note.file
    return f"{where}: {note.reason}" if where else note.reason


def _cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    text = " ".join(clean(str(text)).split())
    return f"'{text}" if text.startswith(FORMULA) else text

"""Grades for learning-management systems: tables that Canvas and Moodle import.

Only grades that are whole are in them: a student whose written answers wait for a person is left out,
and named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.documents.feedback import points
from autograder.documents.grades import Grade
from autograder.homework import CourseError, Homework
from autograder.lateness import Lateness
from autograder.lms.roster import STUDENTS, Person, Roster
from autograder.tables import read_table
from labkit.printing.files import safe_cell, write_text

CANVAS_HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
IDENTIFIER, NAME, EMAIL, GRADE, COMMENT = (
    "Identifier",
    "Full name",
    "Email address",
    "Grade",
    "Feedback comments",
)
MOODLE_HEADER = (
    IDENTIFIER, NAME, EMAIL, "Status", GRADE, "Maximum Grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", COMMENT,
)  # fmt: skip
PARTICIPANT = "Participant "  # before the number, in Moodle's own worksheet


@dataclass(frozen=True)
class Export:
    """A table that was written, and who is not in it: (student, reason)."""

    path: Path
    written: int
    left_out: tuple[tuple[str, str], ...]


def write_canvas(
    homework: Homework, grades: Mapping[str, Grade], roster: Roster, path: Path, column: str
) -> Export:
    """The table that Canvas's gradebook imports.

    Args:
        column: the assignment as Canvas names it, at best with its id: "Homework 2 (12345)".
    """
    rows: list[list[str]] = [
        [*CANVAS_HEADER, column],
        ["    Points Possible", "", "", "", "", points(homework.total)],
    ]
    left_out = []
    for student, grade in sorted(grades.items()):
        person = roster.of(student)
        if person is None or not (person.canvas_id or person.sis_id or person.sis_login):
            left_out.append((student, f"has no canvas_id, sis_id or sis_login in {STUDENTS}"))
        elif not grade.complete:
            left_out.append((student, "has written answers that are not graded"))
        else:
            known = (
                safe_cell(person.name or student),
                person.canvas_id,
                person.sis_id,
                person.sis_login,
                person.section,
            )
            rows.append([*known, points(grade.total)])
    return Export(_write(path, rows), len(rows) - 2, tuple(left_out))


def write_moodle(
    homework: Homework,
    grades: Mapping[str, Grade],
    late: Mapping[str, Lateness],
    roster: Roster,
    path: Path,
    worksheet: Path | None,
) -> Export:
    """The grading worksheet that Moodle's assignment imports.

    Args:
        worksheet: the one that was downloaded from this assignment, to be filled in. Without it, rows are made
            from `moodle_id` in students.csv, which Moodle numbers anew in every assignment.

    Raises:
        CourseError: the worksheet is none.
    """
    rows, left_out = [], []
    sheet = None if worksheet is None else _worksheet(worksheet)
    header = list(MOODLE_HEADER if sheet is None else dict.fromkeys((*sheet[0], COMMENT)))
    for student, grade in sorted(grades.items()):
        person = roster.of(student) or Person(student, email=student)
        row = _made(person, homework) if sheet is None else _found(person, sheet)
        if row is None:
            wanted = f"has no moodle_id in {STUDENTS}" if sheet is None else f"is not in {worksheet}"
            left_out.append((student, wanted))
        elif not grade.complete:
            left_out.append((student, "has written answers that are not graded"))
        else:
            reason = late[student].reason if student in late and late[student].days_late else ""
            said = " ".join(
                filter(None, (f"{points(grade.total)} of {points(homework.total)} points.", reason))
            )
            filled = row | {GRADE: points(grade.total), COMMENT: said}
            rows.append([filled.get(name, "") for name in header])
    return Export(_write(path, [header, *rows]), len(rows), tuple(left_out))


def _worksheet(path: Path) -> list[dict[str, str]]:
    rows = [row for _, row in read_table(path)]
    if not rows or IDENTIFIER not in rows[0] or GRADE not in rows[0]:
        raise CourseError(
            f"{path} is no grading worksheet of Moodle's: it needs the columns {IDENTIFIER} and {GRADE}. "
            "Set Moodle's language to English while you download it."
        )
    return rows


def _found(person: Person, sheet: list[dict[str, str]]) -> dict[str, str] | None:
    """The student's row of a worksheet, by the first of number, e-mail and name that fits just one."""
    for column, value in (
        (IDENTIFIER, f"{PARTICIPANT}{person.moodle_id}" if person.moodle_id else ""),
        (EMAIL, person.email),
        (NAME, person.name),
    ):
        found = [row for row in sheet if value and row.get(column, "").casefold() == value.casefold()]
        if len(found) == 1:
            return found[0]
    return None


def _made(person: Person, homework: Homework) -> dict[str, str] | None:
    number = person.moodle_id.removeprefix(PARTICIPANT)
    if not number:
        return None
    known = {IDENTIFIER: f"{PARTICIPANT}{number}", NAME: person.name, EMAIL: person.email}
    return {**known, "Maximum Grade": points(homework.total), "Grade can be changed": "Yes"}


def _write(path: Path, rows: list[list[str]]) -> Path:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return write_text(path, stream.getvalue())

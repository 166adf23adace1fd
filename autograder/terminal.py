"""The tables that commands print: a class's scores, and where a grading's time went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.homework import Homework
from autograder.results import QuestionResult, SubmissionResult
from autograder.wording import counted

if TYPE_CHECKING:
    from autograder.times import Times

LONGEST_NAME = 30


def scores_table(console: Console, results: Iterable[SubmissionResult], homework: Homework) -> None:
    """A table of students and questions: ✓ full points, · for a person to grade.

    Where the terminal is too narrow for a column for each question there is one for each notebook.
    """
    questions = [question for question in homework.questions if question.kind == "checks"]
    notebooks = [name for name in homework.notebooks if any(one.notebook == name for one in questions)]
    rows, each, together = [], [], []  # of all students: few words each, for there may be thousands
    for result in results:
        found = [result.question(question.grade_id) for question in questions]
        remarks = sum(note.kind != "ignored" for note in result.notes)
        rows.append([result.student, f"{result.score:.1f}", str(remarks or "")])
        each.append([_score(one) for one in found])
        together.append([_sum([one for one in found if one.notebook == name]) for name in notebooks])
    first, numbers = ["student", "score", "remarks"], [str(n) for n in range(1, len(questions) + 1)]
    columns = zip(
        *([*first, *numbers], *(row + cells for row, cells in zip(rows, each, strict=True))), strict=True
    )
    needed = sum(1 + min(max(map(len, column)), LONGEST_NAME) for column in columns)
    narrow = needed > console.width
    shown = Table(box=SIMPLE_HEAD, padding=(0, 0, 0, 1), title=f"{homework.name}: {homework.title}")
    for name in first:
        side: Any = "left" if name == "student" else "right"
        shown.add_column(name, justify=side, no_wrap=True, min_width=len(name), max_width=LONGEST_NAME)
    for heading in notebooks if narrow else numbers:
        shown.add_column(heading, justify="right", header_style="dim", no_wrap=not narrow, overflow="fold")
    for row, cells in zip(rows, together if narrow else each, strict=True):
        shown.add_row(*row, *cells)
    console.print(shown)
    points = sum(question.points for question in questions)
    console.print(f"Score: of {points:g} points given by the machine. ✓ full points, · graded by hand.")
    if narrow:
        console.print(
            f"A column for each question needs {needed} characters; grades.csv has them all.\n",
            highlight=False,
            style="dim",
        )
        return
    names = "  ".join(f"{n} {question.name}" for n, question in enumerate(questions, start=1))
    console.print(f"Questions: {names}\n", highlight=False, style="dim")


def times_table(console: Console, times: Times) -> None:
    """Where the time of a grading went."""
    from autograder.times import STAGES, own_peak_mb

    shown = Table(box=SIMPLE_HEAD, padding=(0, 0, 0, 1), title="Where the time went")
    for name in ("", "processor s", "clock s", "clock s each"):
        shown.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for stage, title in STAGES.items():
        wall = times.wall[stage]
        each = f"{wall / times.submissions:.2f}" if times.submissions else ""
        shown.add_row(title, f"{times.cpu[stage]:.1f}", f"{wall:.1f}", each)
    console.print(shown)
    console.print(
        f"Graded: {counted(times.submissions, 'submission')}. Memory: {own_peak_mb():.0f} MB in this process, "
        f"at most {times.peak_mb:.0f} MB in a submission's.\n",
        highlight=False,
    )


def _score(question: QuestionResult) -> str:
    if question.score is None:
        return "·"
    if not question.points:
        return "✓" if question.status == "passed" else "–"
    return "✓" if question.score >= question.points else f"{question.score:.1f}".removesuffix(".0")


def _sum(questions: Sequence[QuestionResult]) -> str:
    if any(question.score is None for question in questions):
        return "·"
    score, points = sum(q.score or 0.0 for q in questions), sum(q.points for q in questions)
    return "✓" if score >= points and points else f"{score:.1f}".removesuffix(".0")

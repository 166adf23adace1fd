"""The table that `autograder grade` prints."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.homework import Course
from autograder.results import Note, QuestionResult, SubmissionResult
from autograder.terminal import scores_table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hw4():
    return Course(ROOT).homework("hw4")


def result(homework, student: str, share: float, notes: int = 0) -> SubmissionResult:
    questions = tuple(
        QuestionResult(
            one.name,
            one.grade_id,
            one.notebook,
            one.name,
            one.points,
            one.points * share if one.kind == "checks" else None,
            "passed" if share == 1 else "failed",
        )
        for one in homework.questions
    )
    remarks = tuple(Note("renamed", f"{n}.ipynb", "was taken for another") for n in range(notes))
    return SubmissionResult(homework.name, student, "", remarks, questions, 1, 1, 1, "none")


def printed(homework, width: int) -> str:
    text = io.StringIO()
    results = [result(homework, "kowalewska-jasofia", 1), result(homework, "ben", 0, notes=12)]
    scores_table(Console(file=text, width=width), results, homework)
    return text.getvalue()


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_narrow_terminal_gets_a_column_for_each_notebook(hw4, width):
    text = printed(hw4, width)
    rows = {words[0]: words[1:] for words in map(str.split, text.splitlines()) if words}
    points = sum(one.points for one in hw4.questions if one.kind == "checks")
    assert rows["kowalewska-jasofia"] == [f"{points:.1f}", *"✓" * len(hw4.notebooks)]
    assert rows["ben"] == ["0.0", "12", *"0" * len(hw4.notebooks)]
    assert "…" not in text and "grades.csv" in text


def test_a_wide_terminal_gets_a_column_for_each_question(hw4):
    text = printed(hw4, 300)
    rows = {words[0]: words[1:] for words in map(str.split, text.splitlines()) if words}
    asked = [one for one in hw4.questions if one.kind == "checks"]
    assert rows["kowalewska-jasofia"][1:] == ["✓"] * len(asked)
    assert rows["ben"][2:] == ["0" if one.points else "–" for one in asked]
    assert "…" not in text and f"{len(asked)} {asked[-1].name}" in " ".join(text.split())

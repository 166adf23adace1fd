"""Scores that people gave: a regrade keeps them, and asks again only about what has changed."""

import shutil
import sqlite3
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import grade as grading
from autograder.grade import grade_class
from autograder.submission.notebook import grade_id


def answered(course, student, **texts):
    """Write into answers of knn.ipynb, by grade id with "_" for "-"."""
    path = course.submitted / student / "hw2/knn.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    given = path if path.exists() else course.assignments / "hw2/knn.ipynb"
    notebook = nbformat.read(given, as_version=4)
    for cell in notebook.cells:
        name = (grade_id(cell) or "").replace("-", "_")
        cell.source += texts.get(name, "")
    nbformat.write(notebook, path)


def asking(course, student):
    """The questions that a person is asked to grade."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission("hw2", student)
        return {
            grade.name for each in submission.notebooks for grade in each.grades if grade.needs_manual_grade
        }


@pytest.fixture
def course(hw2, tmp_path):
    return hw2.copy(tmp_path / "course")


def everything_graded(course):
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 1, needs_manual_grade = 0 WHERE auto_score IS NULL")


def test_only_a_changed_answer_asks_for_another_look(hw2, course, monkeypatch):
    """Whatever else changed: other answers, modules, checks; and although grading died right before."""
    answered(
        course, "ada", knn_question_root="One.", knn_question_shuffle="Two.", knn_question_larger_k="Three."
    )
    grade_class(course, hw2.homework)
    assert asking(course, "ada") == {"knn-question-root", "knn-question-shuffle", "knn-question-larger-k"}
    everything_graded(course)
    grade_class(course, hw2.homework, force=True)
    assert asking(course, "ada") == set()

    answered(course, "ada", knn_question_root=" And more.")
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(grading.ScoreWriter, "flush", lambda writer: sys.exit(9))
        grade_class(course, hw2.homework)
    assert grade_class(course, hw2.homework).graded == ()
    assert asking(course, "ada") == {"knn-question-root"}

    answered(course, "ada", knn_question_shuffle=" Too.")
    grade_class(course, hw2.homework)
    assert asking(course, "ada") == {"knn-question-root", "knn-question-shuffle"}
    assert grade_class(course, hw2.homework, force=True).graded == ("ada",)
    assert asking(course, "ada") == {"knn-question-root", "knn-question-shuffle"}


def test_score_that_staff_gave_in_the_machines_place_asks_when_the_code_changes(hw2, course):
    (course.submitted / "ada/hw2").mkdir(parents=True)
    grade_class(course, hw2.homework)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 1, needs_manual_grade = 0")
    grade_class(course, hw2.homework, force=True)
    assert asking(course, "ada") == set()
    (course.submitted / "ada/hw2/nndl").mkdir()
    shutil.copy(course.assignments / "hw2/nndl/knn.py", course.submitted / "ada/hw2/nndl/knn.py")
    grade_class(course, hw2.homework)
    assert asking(course, "ada") == {q.grade_id for q in hw2.homework.questions if q.kind == "checks"}

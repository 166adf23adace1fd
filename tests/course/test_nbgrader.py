"""nbgrader's own commands in the course root lead through the judge."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.grade import grade_class

STUDENTS = ("ada", "emma", "ines", "liam", "noor", "quinn", "omar")


def nbgrader(course, *arguments, fails=False):
    command = [str(Path(sys.executable).with_name("nbgrader")), *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=os.environ)
    assert (done.returncode != 0) == fails, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def scores(course):
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("hw2")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.fixture(scope="module")
def stock(hw2, tmp_path_factory):
    """A course released and graded with nbgrader's commands only."""
    course = hw2.copy(tmp_path_factory.mktemp("stock") / "course")
    shutil.rmtree(course.assignments)
    nbgrader(course, "generate_assignment", "hw2")
    hw2.hand_in(course, *STUDENTS)
    nbgrader(course, "autograde", "hw2")
    return course


def test_stock_release_is_our_release_and_holds_no_solution(hw2, stock):
    ours = {
        path.relative_to(hw2.release): path.read_bytes() for path in hw2.release.rglob("*") if path.is_file()
    }
    theirs = {
        path.relative_to(stock.assignments / "hw2"): path.read_bytes()
        for path in (stock.assignments / "hw2").rglob("*")
        if path.is_file()
    }
    assert theirs == ours
    text = b"".join(theirs.values())
    assert b"BEGIN SOLUTION" not in text and b"Rubric" not in text


def test_both_doors_give_the_same_score_in_every_cell(hw2, stock, tmp_path):
    other = hw2.copy(tmp_path / "course")
    hw2.hand_in(other, *STUDENTS)
    grade_class(other, hw2.homework)
    assert len(scores(other)) == len(STUDENTS) * len(hw2.homework.questions)
    assert scores(stock) == scores(other)


def test_students_module_is_graded_not_the_staffs(hw2, stock):
    found = scores(stock)
    points = {q.grade_id: q.points for q in hw2.homework.questions if q.kind == "checks"}
    broken = [name for name in points if name.startswith("knn-") and "compute" in name]
    assert broken and all(found["ines", name][0] == 0 for name in broken)
    assert all(found["quinn", name][0] == 0 for name in points)
    assert all(found["ada", name][0] == value for name, value in points.items())
    handed = (stock.submitted / "ines/hw2/nndl/knn.py").read_text()
    assert (stock.autograded / "ines/hw2/nndl/knn.py").read_text() == handed


def test_written_answers_wait_for_a_person_and_empty_ones_do_not(hw2, stock):
    found = scores(stock)
    manual = [q.grade_id for q in hw2.homework.questions if q.kind == "manual"]
    assert manual
    assert all(found["ada", name] == (None, True) for name in manual)
    assert all(found["quinn", name] == (0, False) for name in manual)


def test_manual_score_and_comment_survive_a_regrade_through_both_doors(hw2, stock):
    name = next(q for q in hw2.homework.questions if q.kind == "manual")

    def look(change=None):
        with Gradebook(f"sqlite:///{stock.root / 'gradebook.db'}") as gradebook:
            grade = gradebook.find_grade(name.grade_id, name.notebook, "hw2", "ada")
            comment = gradebook.find_comment(name.grade_id, name.notebook, "hw2", "ada")
            if change:
                grade.manual_score, comment.manual_comment = change
                gradebook.db.commit()
            return grade.manual_score, comment.manual_comment

    look((1.5, "Well argued."))
    nbgrader(stock, "autograde", "hw2", "--student", "ada", "--force")
    assert look() == (1.5, "Well argued.")
    grade_class(stock, hw2.homework, students=["ada"], force=True)
    assert look() == (1.5, "Well argued.")


def test_feedback_and_export_work(stock):
    nbgrader(stock, "generate_feedback", "hw2", "--force")
    page = (stock.feedback / "emma/hw2/softmax.html").read_text(encoding="utf-8")
    assert "softmax.fast_loss_and_grad" in page
    nbgrader(stock, "export")
    assert len((stock.root / "grades.csv").read_text().splitlines()) == len(STUDENTS) + 1


def test_autograded_notebook_shows_the_judges_report(stock):
    notebook = nbformat.read(stock.autograded / "quinn/hw2/knn.ipynb", as_version=4)
    cell = next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "knn-predict_labels"
    )
    assert "not written" in str(cell.outputs[0])


def test_validate_tells_a_student_what_fails(hw2, stock, tmp_path):
    folder = tmp_path / "hw2"
    shutil.copytree(hw2.release, folder)
    notebook = nbformat.read(folder / "knn.ipynb", as_version=4)
    keep = [c for c in notebook.cells if c.metadata.get("nbgrader") and c.cell_type == "code"]
    notebook.cells = keep[:4]
    nbformat.write(notebook, folder / "knn.ipynb")
    command = [str(Path(sys.executable).with_name("nbgrader")), "validate", "knn.ipynb"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert re.search(r"FAILED", done.stdout + done.stderr)


def test_zip_collect_takes_modules_and_saved_results(hw2, stock):
    archive = stock.root / "downloaded/hw2/archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "zoe_hw2.zip", "w") as made:
        for name in ("knn.ipynb", "softmax.ipynb", "softmax_best.npz", "nndl/knn.py", "nndl/softmax.py"):
            made.write(hw2.solution / name, f"zoe_hw2/{name}")
    nbgrader(
        stock, "zip_collect", "hw2", "--force",
        r"--FileNameCollectorPlugin.named_regexp=.*/(?P<student_id>\w+)_hw2/(?P<file_id>.+)",
    )  # fmt: skip
    collected = stock.submitted / "zoe/hw2"
    assert (collected / "knn.ipynb").is_file()
    names = {path.relative_to(collected).as_posix() for path in collected.rglob("*") if path.is_file()}
    assert {"nndl/knn.py", "nndl/softmax.py", "softmax_best.npz"} <= names


def test_autograde_works_in_a_course_whose_gradebook_is_new(hw2, tmp_path):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "quinn")
    nbgrader(course, "autograde", "hw2")
    assert {student for student, _ in scores(course)} == {"quinn"}

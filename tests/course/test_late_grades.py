"""Late penalties in the gradebook and in the tables: the same through every door."""

import csv
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.grade import grade_class
from autograder.publish import write_class_report, write_grades
from autograder.results import read_results

POLICY = """timezone = "America/Los_Angeles"
[due]
hw2 = 2026-01-30T23:00:00
[late]
free_days = 1
per_day = 10
"""
TIMES = {
    "ada": "2026-01-30 22:00:00 America/Los_Angeles",  # in time
    "emma": "2026-02-02 12:00:00 America/Los_Angeles",  # three days, one of them free
    "quinn": "2026-02-09 12:00:00 America/Los_Angeles",  # ten days, and no points to subtract from
    "ines": "2026-02-02 12:00:00 America/Los_Angeles",  # three days, with an extension of two
}


@pytest.fixture(scope="module")
def late(hw2, tmp_path_factory):
    course = hw2.copy(tmp_path_factory.mktemp("late") / "course")
    hw2.hand_in(course, *TIMES)
    for student, when in TIMES.items():
        (course.submitted / student / "hw2/timestamp.txt").write_text(when)
    (course.root / "course.toml").write_text(POLICY)
    (course.root / "extensions.csv").write_text("student,homework,days\nines,hw2,2\n")
    grade_class(course, hw2.homework)
    return course


def gradebook(course):
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}")


def penalties(course):
    with gradebook(course) as book:
        return {each.student.id: each.late_submission_penalty for each in book.assignment_submissions("hw2")}


def totals(hw2, course):
    path = write_grades(course, hw2.homework, read_results(course.root, "hw2"), course.root / "ours.csv")
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["student"]: row for row in rows}


def nbgrader(course, *arguments):
    command = [str(Path(sys.executable).with_name("nbgrader")), *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def test_gradebook_has_due_time_extension_and_penalty(late):
    assert penalties(late) == {"ada": 0, "emma": 20, "quinn": 0, "ines": 0}
    with gradebook(late) as book:
        assert book.find_assignment("hw2").duedate.isoformat() == "2026-01-31T07:00:00"
        assert book.find_submission("hw2", "ines").extension == timedelta(days=2)
        assert book.find_submission("hw2", "emma").extension is None


def test_table_shows_days_penalty_and_what_is_left(hw2, late):
    rows = totals(hw2, late)
    assert (rows["emma"]["late_days"], rows["emma"]["late_penalty"]) == ("3", "20")
    assert float(rows["emma"]["total"]) == float(rows["emma"]["machine"]) - 20
    assert (rows["ines"]["late_days"], rows["ines"]["late_penalty"]) == ("1", "0")
    assert (rows["quinn"]["late_days"], rows["quinn"]["total"]) == ("10", "0")


def test_stock_commands_assign_and_export_the_same_penalty(hw2, late):
    ours, rows = penalties(late), totals(hw2, late)
    said = nbgrader(late, "autograde", "hw2", "--force")
    assert [float(each) for each in re.findall(r"Late submission penalty: ([\d.]+)", said)].count(20.0) == 1
    assert penalties(late) == ours
    nbgrader(late, "export", "--to", "theirs.csv")
    theirs = csv.DictReader((late.root / "theirs.csv").read_text().splitlines())
    for row in theirs:
        assert float(row["late_submission_penalty"]) == ours[row["student_id"]]
        assert float(row["score"]) == pytest.approx(
            float(rows[row["student_id"]]["total"]), abs=0.005
        )  # two decimals


def test_penalty_survives_regrading_and_follows_manual_scores(hw2, late):
    grade_class(late, hw2.homework, students=["emma", "quinn"], force=True)
    assert penalties(late)["emma"] == 20
    written = next(question for question in hw2.homework.questions if question.kind == "manual")
    with gradebook(late) as book:
        grade = book.find_grade(written.grade_id, written.notebook, "hw2", "quinn")
        grade.manual_score, grade.needs_manual_grade = written.points, False
        book.db.commit()
    assert totals(hw2, late)["quinn"]["total"] == "0"
    assert penalties(late)["quinn"] == written.points


def test_who_has_left_is_neither_in_the_table_nor_in_the_class_report(hw2, late):
    roster = late.root / "students.csv"
    roster.write_text("student,dropped\nada,\nines,\nquinn,\nemma,2026-02-03\n")
    command = [str(Path(sys.executable).with_name("autograder")), "export", "hw2"]
    done = subprocess.run(command, cwd=late.root, capture_output=True, text=True, check=True)
    page = write_class_report(late, hw2.homework, read_results(late.root, "hw2"), copies=False)
    roster.unlink()
    assert "left out: emma has left the course" in done.stdout
    for table in (late.root / "grades.csv", page.parent / "students.csv"):
        rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
        assert {row["student"] for row in rows} == {"ada", "ines", "quinn"}
    assert "emma" not in page.read_text(encoding="utf-8")

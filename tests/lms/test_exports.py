"""Grades in the formats of Canvas and Moodle."""

import csv
import io

import pytest

from autograder.documents.grades import Grade
from autograder.homework import CourseError
from autograder.lateness import Lateness
from autograder.lms.exports import write_canvas, write_moodle
from autograder.lms.roster import absent, read_roster

STUDENTS = (
    "student,name,email,canvas_id,sis_id,sis_login,section,moodle_id\n"
    'ada,"Lovelace, Ada",ada@example.edu,1001,S17,alovelace,A,501\n'
    'bob,"=B, Bob",bob@example.edu,,S18,,A,502\n'
    "eve,Eve,eve@example.edu,1003,,,A,\n"
    "zoe,Zoë,,,,,,\n"
)
GRADES = {
    "ada": Grade({}, 6.0, 1.255, 1.0, True),
    "bob": Grade({}, 6.0, 2.0, 0.0, True),
    "eve": Grade({}, 6.0, 0.0, 0.0, False),
    "zoe": Grade({}, 6.0, 2.0, 0.0, True),
}
LATE = {"ada": Lateness(1, 0, 1.0, "1 day late: 1 points are subtracted.")}


@pytest.fixture
def roster(course):
    (course.root / "students.csv").write_text(STUDENTS, encoding="utf-8")
    return read_roster(course)


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_canvas_table_has_canvass_columns_and_only_whole_grades(homework, roster, tmp_path):
    done = write_canvas(homework, GRADES, roster, tmp_path / "canvas.csv", "Homework 2 (12345)")
    assert rows(done.path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 2 (12345)"],
        ["    Points Possible", "", "", "", "", "8"],
        ["Lovelace, Ada", "1001", "S17", "alovelace", "A", "6.25"],
        ["'=B, Bob", "", "S18", "", "A", "8"],
    ]
    assert done.written == 2
    assert [student for student, _ in done.left_out] == ["eve", "zoe"]
    assert "not graded" in done.left_out[0][1] and "students.csv" in done.left_out[1][1]


WORKSHEET = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    "Participant 9001,Ada Lovelace,ada@example.edu,Submitted,,8.00,Yes,-,-,\r\n"
    "Participant 9002,Zoë,zoe@elsewhere.edu,Submitted,,8.00,Yes,-,-,\r\n"
    "Participant 9003,Eve,eve@example.edu,Submitted,,8.00,Yes,-,-,\r\n"
)


def test_moodle_worksheet_is_filled_in(homework, roster, tmp_path):
    (tmp_path / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8", newline="")
    done = write_moodle(homework, GRADES, LATE, roster, tmp_path / "m.csv", tmp_path / "worksheet.csv")
    header, *filled = rows(done.path)
    assert header == WORKSHEET.strip("\ufeff").splitlines()[0].split(",")
    found = {row[0]: row for row in filled}
    assert set(found) == {"Participant 9001", "Participant 9002"}
    assert found["Participant 9001"][4] == "6.25" and found["Participant 9001"][5] == "8.00"
    assert found["Participant 9001"][-1] == "6.25 of 8 points. 1 day late: 1 points are subtracted."
    assert dict(done.left_out)["bob"].startswith("is not in")


def test_moodle_table_without_a_worksheet_uses_the_numbers_of_the_roster(homework, roster, tmp_path):
    done = write_moodle(homework, GRADES, {}, roster, tmp_path / "m.csv", None)
    header, *filled = rows(done.path)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)  # what Moodle asks for
    assert [(row[0], row[4]) for row in filled] == [("Participant 501", "6.25"), ("Participant 502", "8")]
    assert [student for student, _ in done.left_out] == ["eve", "zoe"]


def test_other_table_is_no_worksheet(homework, roster, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CourseError, match="Identifier"):
        write_moodle(homework, GRADES, {}, roster, tmp_path / "m.csv", tmp_path / "other.csv")


@pytest.mark.parametrize(
    "text, words",
    [
        ("student\nada\nada\n", "line 3"),
        ("student\nada\n\nada\n", "line 4"),
        ("name\nAda\n", "first line must name .* student; it names name"),
        ("ada,Ada Lovelace\nbob,Bob\n", "first line must name .* student; it names ada, Ada Lovelace"),
        ("student\n../ada\n", "line 2"),
        (b"student\n\xff\xfe\n", "UTF-8"),
    ],
)
def test_broken_roster_is_told_in_one_line(course, text, words):
    (course.root / "students.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CourseError, match=words):
        read_roster(course)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_roster_is_read_as_any_spreadsheet_saves_it(course, separator):
    rows = ("student", "name", "dropped"), ("ada", '"Lovelace, Ada; Countess"', ""), ("bob", "O'Neil", "yes")
    text = "".join(separator.join(row) + "\r\n" for row in rows)
    (course.root / "students.csv").write_bytes(f"\ufeff{text}".encode())
    people = read_roster(course).people
    assert [(each.student, each.name, each.has_left) for each in people] == [
        ("ada", "Lovelace, Ada; Countess", False),
        ("bob", "O'Neil", True),
    ]


def test_who_has_left_the_course_is_absent(course, homework):
    students = ("ada", "bob", "eve", "zoe")
    (course.submitted / "zoe" / "hw2").mkdir(parents=True)
    assert not absent(course, homework, students)  # without students.csv, nobody is
    (course.root / "students.csv").write_text("student,Dropped\nada,\nbob,yes\n", encoding="utf-8")
    gone = absent(course, homework, students)
    assert set(gone) == {"bob", "eve"} and "left the course" in gone["bob"] and "neither a row" in gone["eve"]

import csv

import pytest

from autograder.documents.grades import write_grades_csv
from autograder.results import Note, QuestionResult, SubmissionResult
from labkit.printing.files import write_text


def submission(student, distances, why=None, notes=()):
    questions = (
        QuestionResult("knn.distances", "knn-distances", "knn", "Distances", 6.0, distances, "partial"),
        QuestionResult("knn.why", "knn-why", "knn", "Why?", 2.0, why, "manual"),
    )
    return SubmissionResult("hw9", student, "d", tuple(notes), questions, 1.0, 1.0, 1.0, "landlock")


@pytest.fixture
def table(homework, tmp_path):
    def write(*results, **more):
        path = write_grades_csv(results, homework, tmp_path / "grades.csv", **more)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return write


def test_one_row_per_student_in_order(table):
    rows = table(submission("eve", 2.5), submission("ada", 6.0))
    assert [row["student"] for row in rows] == ["ada", "eve"]
    assert list(rows[0]) == [
        "student",
        "total",
        "machine",
        "manual",
        "late_days",
        "late_penalty",
        "knn.distances",
        "knn.why",
        "notes",
    ]
    assert rows[1]["total"] == "2.5" and rows[1]["knn.distances"] == "2.5"


def test_manual_points_are_blank_until_graded(table):
    rows = table(submission("ada", 6.0), submission("bob", 6.0), manual={"bob": {"knn-why": 1.25}})
    assert (rows[0]["manual"], rows[0]["knn.why"], rows[0]["total"]) == ("", "", "6")
    assert (rows[1]["manual"], rows[1]["knn.why"], rows[1]["total"]) == ("1.25", "1.25", "7.25")


def test_manual_score_counts_instead_of_the_machines(table):
    row = table(submission("ada", 2.0, 0.0), manual={"ada": {"knn-distances": 5.0, "knn-why": None}})[0]
    assert (row["machine"], row["manual"], row["total"]) == ("5", "0", "5")


def test_notes_name_file_cell_and_reason_on_one_line(table):
    notes = (
        Note("unreadable", "knn.ipynb", "is not valid\nJSON", "cell-3"),
        Note("alert", "", "patched numpy"),
    )
    assert table(submission("ada", 0.0, notes=notes))[0]["notes"] == (
        "knn.ipynb, cell cell-3: is not valid JSON; patched numpy"
    )


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =HYPERLINK()", "\u200e=1", "\x00=1"])
def test_no_cell_is_a_formula(table, name):
    row = table(submission(name, 1.0, notes=[Note("ignored", name, "x")]))[0]
    assert not row["student"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not row["notes"].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_commas_quotes_and_unicode_survive(table):
    assert table(submission('Zoë "Z", 中', 1.0))[0]["student"] == 'Zoë "Z", 中'


def test_question_without_a_result_is_blank(table):
    result = SubmissionResult("hw9", "ada", "d", (), (), 0.0, 0.0, 0.0, "landlock")
    assert table(result)[0]["knn.distances"] == "" and table(result)[0]["total"] == "0"


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = write_text(tmp_path / "grades.csv", "old")

    def fail(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr("labkit.printing.files.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "new")
    assert path.read_text() == "old" and [each.name for each in tmp_path.iterdir()] == ["grades.csv"]

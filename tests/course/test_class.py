"""The sample class, graded in the sandbox: everybody gets what the work is worth."""

import csv
from pathlib import Path

import pytest

from autograder.grade import grade_class
from autograder.gradebook import database_url, open_gradebook
from autograder.publish import write_class_report, write_feedback_pages, write_grades

SAMPLES = Path(__file__).parent.parent.parent / "samples"
OTHERS = sorted({path.parent.parent.name for path in SAMPLES.glob("*/*/sample.toml")} - {"hw2"})


@pytest.fixture(scope="module")
def graded(hw2, tmp_path_factory):
    course = hw2.copy(tmp_path_factory.mktemp("graded") / "course")
    hw2.hand_in(course)
    return course, grade_class(course, hw2.homework)


def unexpected(samples, results):
    """{student: (questions that lost points, those that should)} where the two differ."""
    by_student = {result.student: result for result in results}
    assert set(by_student) == {sample.name for sample in samples}
    found = {}
    for sample in samples:
        lost = [q.name for q in by_student[sample.name].questions if q.outcomes and q.score < q.points]
        if sorted(lost) != sorted(sample.loses):
            found[sample.name] = (sorted(lost), sorted(sample.loses))
    return found


def test_every_sample_loses_points_exactly_where_it_is_wrong(hw2, graded):
    _, done = graded
    assert not unexpected(hw2.samples, done.results), "lost, but should lose"


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_samples_of_every_other_homework_lose_exactly_what_they_should(class_of, name, tmp_path):
    work = class_of(name)
    course = work.copy(tmp_path / "course")
    work.hand_in(course)
    done = grade_class(course, work.homework)
    assert not unexpected(work.samples, done.results), "lost, but should lose"
    assert work.alerted(done) <= {"omar"} and all(result.digest for result in done.results)


def test_grading_again_grades_nothing_and_changes_nothing(hw2, graded):
    course, done = graded
    again = grade_class(course, hw2.homework)
    assert again.graded == () and again.results == done.results


def test_files_that_could_not_be_read_are_named_in_the_table(hw2, graded):
    course, done = graded
    path = write_grades(course, hw2.homework, done.results, course.root / "grades.csv")
    rows = {row["student"]: row for row in csv.DictReader(path.open(encoding="utf-8"))}
    assert len(rows) == len(hw2.samples)
    assert "knn.ipynb" in rows["noor"]["notes"] and "could not be read" in rows["noor"]["notes"]
    assert "softmax.ipynb" in rows["maya"]["notes"]


def test_every_student_gets_a_page(hw2, graded):
    course, done = graded
    pages = write_feedback_pages(course, hw2.homework, done.results)
    assert len(pages) == len(hw2.samples)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "http://" not in text and "https://" not in text
        assert page.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_comment_on_any_cell_reaches_the_student(hw2, graded):
    course, done = graded
    with open_gradebook(database_url(course)) as gradebook:
        gradebook.find_comment("knn-folds-solution", "knn", "hw2", "ben").manual_comment = "A neat loop."
        gradebook.db.commit()
    pages = {page.stem: page for page in write_feedback_pages(course, hw2.homework, done.results)}
    assert "A neat loop." in pages["ben"].read_text(encoding="utf-8")
    assert "A neat loop." not in pages["ada"].read_text(encoding="utf-8")


def test_report_of_the_class_names_mistakes_outliers_and_copies(hw2, graded):
    course, done = graded
    page = write_class_report(course, hw2.homework, done.results)
    text = page.read_text(encoding="utf-8")
    assert page == course.root / "report" / "hw2" / "index.html"
    with (page.parent / "mistakes.csv").open(encoding="utf-8") as file:
        made = {row["mistake"]: row["students"].split() for row in csv.DictReader(file)}
    assert "emma" in made["missing_mean"] and "farid" in made["missing_regularization"]
    with (page.parent / "copies.csv").open(encoding="utf-8") as file:
        alike = [{*row["one"].split(), *row["other"].split()} for row in csv.DictReader(file)]
    assert any({"ada", "liam"} <= sides for sides in alike)  # one solution under two names
    assert "theo" in text.partition("Unusual memory")[2] and "https://" not in text


def test_staff_are_told_of_the_hostile_and_of_nobody_else(hw2, graded):
    _, done = graded
    assert hw2.alerted(done) == {"omar", "pia"}
    assert all(result.digest for result in done.results)

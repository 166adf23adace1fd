"""The sample class, graded in the sandbox: everybody gets what the work is worth."""

import csv

import pytest

from autograder.grade import grade_class
from autograder.publish import write_feedback_pages, write_grades


@pytest.fixture(scope="module")
def graded(hw2, tmp_path_factory):
    course = hw2.copy(tmp_path_factory.mktemp("graded") / "course")
    hw2.hand_in(course)
    return course, grade_class(course, hw2.homework)


def test_every_sample_loses_points_exactly_where_it_is_wrong(hw2, graded):
    _, done = graded
    results = {result.student: result for result in done.results}
    assert set(results) == {sample.name for sample in hw2.samples}
    wrong = {}
    for sample in hw2.samples:
        lost = [q.name for q in results[sample.name].questions if q.outcomes and q.score < q.points]
        if sorted(lost) != sorted(sample.loses):
            wrong[sample.name] = (sorted(lost), sorted(sample.loses))
    assert not wrong, "lost, but should lose"


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


def test_results_hold_no_error_of_the_grader(graded):
    _, done = graded
    alerts = [(r.student, note.reason) for r in done.results for note in r.notes if note.kind == "alert"]
    assert alerts == []

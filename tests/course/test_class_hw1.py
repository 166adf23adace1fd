"""hw1's sample class, graded in the sandbox: a homework whose answers are all in its notebooks."""

import pytest

from autograder.grade import grade_class
from autograder.homework import CourseError
from autograder.publish import write_feedback_pages
from autograder.samples import put_cells


@pytest.fixture(scope="module")
def graded(class_of, tmp_path_factory):
    work = class_of("hw1")
    course = work.copy(tmp_path_factory.mktemp("graded") / "course")
    work.hand_in(course)
    return work, course, grade_class(course, work.homework)


def test_every_sample_loses_points_exactly_where_it_is_wrong(graded):
    work, _, done = graded
    results = {result.student: result for result in done.results}
    assert set(results) == {sample.name for sample in work.samples}
    wrong = {}
    for sample in work.samples:
        lost = [q.name for q in results[sample.name].questions if q.outcomes and q.score < q.points]
        if sorted(lost) != sorted(sample.loses):
            wrong[sample.name] = (sorted(lost), sorted(sample.loses))
    assert not wrong, "lost, but should lose"


def test_feedback_is_written_without_any_module(graded):
    work, course, done = graded
    for page in write_feedback_pages(course, work.homework, done.results):
        assert "nndl" not in page.read_text(encoding="utf-8")


def test_staff_are_told_of_the_hostile_and_of_nobody_else(graded):
    _, _, done = graded
    assert {result.student for result in done.results for note in result.notes if note.kind == "alert"} == {
        "omar"
    }


def test_cell_of_a_sample_that_no_notebook_has_is_refused(class_of, tmp_path):
    file = tmp_path / "answer.py"
    file.write_text("# cell: none-code\nx = 1\n")
    with pytest.raises(CourseError, match="must name one cell; 0 fit"):
        put_cells([file], class_of("hw1").solution)

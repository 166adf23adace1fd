import json
from pathlib import Path

import nbformat
import pytest

from autograder.homework import Course, CourseError, Homework, HomeworkError, find_regions, locate_regions
from labkit.handin.regions import RegionError, marked_regions


def edit_notebook(homework: Homework, change) -> None:
    path = homework.notebook_path("points")
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    path.write_text(json.dumps(notebook))


def problems(course: Course) -> str:
    with pytest.raises(HomeworkError) as caught:
        course.homework("hw1")
    return "\n".join(caught.value.problems)


def test_course_is_found_from_a_folder_inside(course):
    assert Course(course.root / "solutions" / "hw1" / "nndl").root == course.root


def test_a_folder_outside_any_course_is_one_clear_sentence(tmp_path):
    with pytest.raises(CourseError, match=r"No course at or above .*nbgrader_config\.py"):
        Course(tmp_path)


def test_an_unknown_homework_names_those_there_are(course):
    with pytest.raises(CourseError, match=r"No homework 'hw7'.*hw1"):
        course.homework("hw7")


def test_questions_come_in_notebook_order(homework):
    found = [(q.name, q.grade_id, q.points, q.kind, q.title) for q in homework.questions]
    assert found == [
        ("points.pairwise", "points-pairwise", 4, "checks", "Pairwise distances"),
        ("points.largest", "points-largest", 2, "checks", "Pairwise distances"),
        ("points.why-squares", "points-why-squares", 4, "manual", "Why squares?"),
    ]
    assert homework.total == 10
    assert homework.question("points-largest") is homework.question("points.largest")


def test_regions_of_a_question_are_the_code_that_answers_it(homework):
    ((module, region),) = homework.regions_of("points.pairwise")
    text = (homework.folder / module).read_text()
    assert region.function == "Points.pairwise"
    assert region.code(text).strip().splitlines()[-1].lstrip().startswith("distances = np.sqrt")


def test_all_problems_are_reported_at_once(course, homework):
    def change(cells, notebook):
        cells["pairwise"].metadata.nbgrader.points = 5
        cells["largest-check"].metadata.nbgrader.grade_id = "points-pairwise"
        cells["points-pairwise-text"].source = "### BEGIN SOLUTION\nx\n### END SOLUTION"

    edit_notebook(homework, change)
    (homework.folder / "nndl/points.py").write_text("### BEGIN SOLUTION\n")
    found = problems(course)
    assert "add up to 11 points, homework.toml says 10" in found
    assert "grade_id 'points-pairwise' is used 2 times" in found
    assert "cell points-pairwise: checks 'points.largest', so its grade_id must be 'points-largest'" in found
    assert "cell points-pairwise-text: a solution region in a cell that is not a solution cell" in found
    assert "nndl/points.py: line 1: 'BEGIN SOLUTION' without an 'END SOLUTION'" in found


@pytest.mark.parametrize(
    "source", ['check("points.pairwise"); x = 1', "check(name)", "print(1)", "check(", ""]
)
def test_a_check_cell_holds_nothing_but_its_check(course, homework, source):
    edit_notebook(homework, lambda cells, _: cells["pairwise"].update(source=source))
    assert 'cell points-pairwise: a graded cell must read check("...") and nothing else' in problems(course)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("homework.toml", "name = ", "not valid TOML"),
        ("homework.toml", 'name = "hw2"', "the folder is 'hw1'"),
        ("homework.toml", 'colour = "red"', "unknown key 'colour'"),
        ("points.ipynb", "{", "not a readable notebook"),
        ("points.ipynb", None, "points.ipynb: missing"),
        ("nndl/points.py", None, "nndl/points.py: missing"),
    ],
)
def test_a_bad_file_is_named(course, homework, file, content, said):
    path = homework.folder / file
    path.unlink() if content is None else path.write_text(content)
    assert said in problems(course)


def test_paths_that_climb_are_refused(course, homework):
    path = homework.folder / "homework.toml"
    path.write_text(path.read_text().replace("nndl/points.py", "../secret.py"))
    assert "not a path inside the homework" in problems(course)


STUDENT = '''
def f(x):
    """Twice."""
    # --- m.f ---
    y = 2 * x

    return y


def g(x):
    """Thrice."""
    return 3 * x
'''


def test_regions_of_a_student_file_are_found_by_comment_and_by_function():
    solution = """
def f(x):
    # --- m.f ---
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


def g(x):
    # --- m.g ---
    ### BEGIN SOLUTION
    return 3 * x
    ### END SOLUTION


def h(x):
    # --- m.h ---
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
"""
    found = locate_regions(STUDENT, marked_regions(solution))
    assert found["m.f"].code(STUDENT) == "    y = 2 * x\n\n    return y"
    assert (found["m.f"].found_by, found["m.g"].found_by) == ("name", "function")
    assert found["m.g"].code(STUDENT) == "    return 3 * x"
    assert found["m.h"] is None


def test_regions_are_found_in_a_file_with_a_syntax_error():
    text = STUDENT.replace("y = 2 * x", "y = 2 *")
    (region,) = find_regions(text)
    assert region.function is None
    assert region.code(text) == "    y = 2 *\n\n    return y"


def test_two_regions_in_one_function_end_where_the_next_begins():
    text = "def f():\n    # --- a.one ---\n    x = 1\n    # --- a.two ---\n    return x\n"
    assert [region.code(text).strip() for region in find_regions(text)] == ["x = 1", "return x"]


@pytest.mark.parametrize(
    "text",
    ["# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n", "# END SOLUTION\n", "# BEGIN SOLUTION\n"],
)
def test_broken_markers_are_refused_but_tolerated_in_student_files(text):
    with pytest.raises(RegionError, match="line"):
        marked_regions(text)
    assert find_regions(text) == ()


def test_reading_a_homework_leaves_no_trace(course, homework):
    before = {path: path.stat().st_mtime_ns for path in Path(course.root).rglob("*")}
    course.homework("hw1")
    assert {path: path.stat().st_mtime_ns for path in Path(course.root).rglob("*")} == before

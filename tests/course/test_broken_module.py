"""What a student is told of a module that does not load, and of a function without a return, by the judge."""

import shutil

import pytest

from autograder.documents.feedback import feedback_of
from autograder.judge import Judge
from autograder.sandbox import Sandbox


@pytest.fixture(scope="module")
def judged(hw2):
    """Judges the solution of hw2 with a changed nndl/knn.py."""
    with Sandbox() as sandbox:
        judge = Judge(hw2.course, hw2.homework, sandbox)

        def judged(folder, change, *questions):
            shutil.copytree(hw2.solution, folder / "hw2")
            path = folder / "hw2" / "nndl" / "knn.py"
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
            with judge.merged(folder / "hw2") as merged:
                return judge.grade(merged, "ada", questions)

        yield judged


@pytest.mark.parametrize(
    "line, words",
    [
        ("x = [1,", "SyntaxError in line 1: '[' was never closed"),
        ("undefined", "NameError in line 1: name 'undefined' is not defined"),
    ],
)
def test_module_that_does_not_load_is_told_of_once_in_each_question(judged, hw2, tmp_path, line, words):
    asked = ("knn.compute_distances", "knn.predict_labels")
    result = judged(tmp_path, lambda text: f"{line}\n{text}", *asked)
    shown = feedback_of(result, hw2.homework)
    assert (
        shown.first.startswith("First: nndl/knn.py: does not load at line 1: ")
        and "(knn.py" not in shown.first
    )
    for question in (one for one in shown.questions if one.name in asked):
        first, *others = question.outcomes
        assert first.findings[0].problem == f"nndl/knn.py does not load: {words}"
        assert first.findings[0].hint is None and first.findings[0].frames[-1][0] == "nndl/knn.py"
        assert {one.waits_for for one in question.outcomes} == {"nndl/knn.py"}
        assert {one.status for one in others} == {"waiting"} and not any(one.findings for one in others)


def test_forgotten_return_is_named_in_public_and_in_hidden_checks(judged, hw2, tmp_path):
    name = "predict_labels"
    stub = f"\n\nKNN.{name} = lambda *arguments, **options: None\n"
    result = judged(tmp_path, lambda text: text + stub, f"knn.{name}")
    outcomes = next(one for one in result.questions if one.name == f"knn.{name}").outcomes
    told = [found.problem for one in outcomes for found in one.for_student().findings]
    assert told and not [
        problem for problem in told if "NoneType" in problem or "could not be used" in problem
    ]

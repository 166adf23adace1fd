"""Modules in other styles and modules with known mistakes: the first lose nothing, the second are caught."""

import re
import shutil
from pathlib import Path

import pytest

from autograder.judge import Judge
from autograder.sandbox import Sandbox

MODULES = Path(__file__).parent.parent.parent / "samples" / "hw2" / "modules"
CORRECT = sorted((MODULES / "correct").glob("*.py"))
WRONG = sorted((MODULES / "wrong").glob("*.py"))


@pytest.fixture(scope="module")
def judge(hw2):
    with Sandbox() as box:
        yield Judge(hw2.course, hw2.homework, box)


def result(hw2, judge, module, folder, only):
    """The result of the solution with one module replaced."""
    place = folder / "submission"
    shutil.copytree(hw2.solution, place)
    name = module.stem.split("_")[0]
    shutil.copyfile(module, place / "nndl" / f"{name}.py")
    with judge.merged(place) as merged:
        return judge.grade(merged, module.stem, only=only)


def named(text, key):
    return [name.strip() for line in re.findall(rf"^# {key}: (.*)$", text, re.M) for name in line.split(",")]


def of_module(hw2, module):
    """The machine-graded questions that a module can lose points in."""
    name = module.stem.split("_")[0]
    return {q.name for q in hw2.homework.questions if q.kind == "checks" and q.name.startswith(f"{name}.")}


@pytest.mark.parametrize("module", CORRECT, ids=lambda path: path.stem)
def test_correct_code_in_any_style_loses_nothing(hw2, judge, module, tmp_path):
    graded = result(hw2, judge, module, tmp_path, of_module(hw2, module))
    lost = {
        question.name: [
            (o.title, o.status, [f.problem for f in o.findings]) for o in question.outcomes if not o.passed
        ]
        for question in graded.questions
        if question.outcomes and question.score < question.points
    }
    assert lost == {}


@pytest.mark.parametrize("module", WRONG, ids=lambda path: path.stem)
def test_mistake_is_caught_where_it_is_and_named(hw2, judge, module, tmp_path):
    text = module.read_text(encoding="utf-8")
    must_fail = named(text, "must fail")
    assert must_fail, "a line '# must fail: question' is missing"
    graded = result(hw2, judge, module, tmp_path, set(must_fail))
    findings = []
    for name in must_fail:
        question = graded.question(name.replace(".", "-"))
        assert question.score < question.points, f"{name} lost nothing"
        found = [finding for outcome in question.outcomes for finding in outcome.findings]
        assert any(finding.problem for finding in found)
        findings += found
    assert set(named(text, "diagnosis")) <= {finding.mistake for finding in findings}


@pytest.mark.parametrize(
    "stem, question, most",
    [
        ("softmax_no_penalty", "softmax.fast_loss_and_grad", 0.7),
        ("softmax_no_mean", "softmax.fast_loss_and_grad", 0.5),
        ("softmax_slow_no_penalty", "softmax.loss_and_grad", 0.7),
        ("softmax_log_of_probability", "softmax.loss", 0.7),
        ("knn_ties_largest_label", "knn.predict_labels", 0.85),
        ("knn_nan_for_duplicates", "knn.compute_L2_distances_vectorized", 0.75),
        ("knn_one_loop", "knn.compute_L2_distances_vectorized", 0.75),
    ],
)
def test_mistake_costs_its_share(hw2, judge, tmp_path, stem, question, most):
    graded = result(hw2, judge, MODULES / "wrong" / f"{stem}.py", tmp_path, {question}).question(
        question.replace(".", "-")
    )
    assert 0 < graded.score <= most * graded.points

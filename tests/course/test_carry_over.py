"""A homework, solved and carried into the next one as it was given out: what is taken over is right there at once."""

import shutil

import pytest
from corpus import MODULES, ROOT, module_of, parameters

from autograder.homework import Course
from autograder.judge import Judge
from autograder.sandbox import Sandbox
from labkit.carry import carry
from labkit.carry.move import FAILED

PAIRS = [("hw3", "hw4"), ("hw4", "hw5")]


def _in_other_styles():
    """The correct modules of a homework that the next one carries over."""
    course = Course(ROOT)
    for before, after in PAIRS:
        shared = set(course.homework(before).edit) & set(course.homework(after).edit)
        for case in parameters(before, correct=True):
            (path,) = case.values
            if path.parent.parent.name == MODULES and module_of(course.homework(before), path) in shared:
                yield pytest.param(before, after, path, id=f"{before}-{path.stem}", marks=case.marks)


@pytest.mark.parametrize("before, after", PAIRS)
def test_carried_functions_pass_their_checks_in_the_next_homework(class_of, before, after, tmp_path):
    assert _failed(class_of(before), class_of(after), class_of(before).solution, tmp_path) == {}


@pytest.mark.parametrize("before, after, path", _in_other_styles())
def test_carried_functions_in_any_style_pass_their_checks(class_of, before, after, path, tmp_path):
    old = class_of(before)
    solved = tmp_path / "solved"
    shutil.copytree(old.solution, solved)
    shutil.copyfile(path, solved / module_of(old.homework, path))
    assert _failed(old, class_of(after), solved, tmp_path) == {}


def _failed(old, new, solved, folder):
    """The failed checks of the functions that were carried, by their questions."""
    place = folder / new.homework.name
    shutil.copytree(new.release, place)
    reports = carry(solved, place)
    assert not [report.problem for report in reports if report.problem]
    by_hand = {line.name for report in reports for line in report.lines if line.state == FAILED}
    known = {region.name for regions in old.homework.regions.values() for region in regions} - by_hand
    asked = {
        q.name
        for q in new.homework.questions
        if q.points == 0 and known & {region.name for _, region in new.homework.regions_of(q.name)}
    }
    assert asked
    with Sandbox() as box:
        judge = Judge(new.course, new.homework, box)
        with judge.merged(place) as merged:
            result = judge.grade(merged, "carried", only=asked)
    return {
        question.name: [
            (o.title, o.status, [f.problem for f in o.findings]) for o in question.outcomes if not o.passed
        ]
        for question in result.questions
        if question.name in asked and question.status != "passed"
    }

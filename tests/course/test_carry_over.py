"""A homework, solved and carried into the next one as it was given out: what is taken over is right there at once."""

import shutil

import pytest

from autograder.judge import Judge
from autograder.sandbox import Sandbox
from labkit.carry import carry


@pytest.mark.parametrize("before, after", [("hw3", "hw4"), ("hw4", "hw5")])
def test_carried_functions_pass_their_checks_in_the_next_homework(class_of, before, after, tmp_path):
    old, new = class_of(before), class_of(after)
    place = tmp_path / after
    shutil.copytree(new.release, place)
    reports = carry(old.solution, place)
    assert not [report.problem for report in reports if report.problem]
    known = {region.name for regions in old.homework.regions.values() for region in regions}
    asked = {
        q.name
        for q in new.homework.questions
        if q.points == 0 and known & {region.name for _, region in new.homework.regions_of(q.name)}
    }
    with Sandbox() as box:
        judge = Judge(new.course, new.homework, box)
        with judge.merged(place) as merged:
            result = judge.grade(merged, "carried", only=asked)
    failed = {
        question.name: [(o.title, o.status) for o in question.outcomes if not o.passed]
        for question in result.questions
        if question.name in asked and question.status != "passed"
    }
    assert asked and failed == {}

"""A changed check: its question is judged again, for everybody, and nothing else is."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder.digests import check_digests
from autograder.grade import grade_class
from autograder.judge import Judge
from autograder.results import read_result, write_result
from autograder.sandbox import Sandbox
from labkit.checks import load_checks

FILE = '''
from labkit.checks import check, expect

TOLERANCE = 1e-6

def near(a, b):
    expect.true(abs(a - b) < TOLERANCE, "is far off")

@check("toy.first")
def one(student, rng):
    """One"""
    near(student.toy.one(), 1)

@check("toy.second", after="toy.first")
def two(student, rng):
    """Two"""
    near(student.toy.two(), 2)

@check("toy.third", weight=2)
def three(student, rng):
    """Three"""
    near(student.toy.three(), 3)

@check("toy.fourth", after="toy.second")
def four(student, rng):
    """Four"""
    three(student, rng)
'''


@pytest.mark.parametrize(
    "before, after, touched",
    [
        ("TOLERANCE = 1e-6", "TOLERANCE = 1e-6  # or less", set()),
        ("near(student.toy.one(), 1)", "near( student.toy.one(),\n         1 )", set()),
        ("near(student.toy.one(), 1)", "near(student.toy.one(), 7)", {"first", "second", "fourth"}),
        ("near(student.toy.two(), 2)", "near(student.toy.two(), 7)", {"second", "fourth"}),
        ("three(student, rng)\n", "three(student, None)\n", {"fourth"}),
        ('"""Two"""', '"""Too"""', {"second", "fourth"}),
        ("weight=2", "weight=3", {"first", "second", "third", "fourth"}),  # another check calls this one
        ("TOLERANCE = 1e-6", "TOLERANCE = 1e-5", {"first", "second", "third", "fourth"}),
    ],
)
def test_hash_of_a_question_changes_with_the_code_that_it_depends_on(tmp_path, before, after, touched):
    def digests(text):
        folder = tmp_path / "checks"
        folder.mkdir(exist_ok=True)
        (folder / "toy.py").write_text(text)
        return check_digests(load_checks(folder))

    assert FILE.count(before) == 1
    old, new = digests(FILE), digests(FILE.replace(before, after))
    assert {name.removeprefix("toy.") for name in old if old[name] != new[name]} == touched


def test_hash_tells_public_from_hidden_checks(tmp_path):
    found = []
    for name in ("checks", "hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "toy.py").write_text(FILE)
        found.append(check_digests(load_checks(tmp_path / name)))
    assert all(found[0][name] != found[1][name] for name in found[0])


@pytest.fixture
def asked(monkeypatch):
    """The questions whose checks were run."""
    names, run = [], Judge._run

    def told(judge, session, question, check):
        names.append(question.name)
        return run(judge, session, question, check)

    monkeypatch.setattr(Judge, "_run", told)
    return names


def test_only_the_question_of_a_changed_check_is_judged_again(hw2, asked, tmp_path):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "grace")
    grade_class(course, hw2.homework)
    first = read_result(course.root, "hw2", "grace")
    everything = set(asked)

    homework = course.homework("hw2")
    path = homework.hidden_folder / "knn.py"
    text = path.read_text()
    path.write_text(re.sub(r'("""Random distances and labels)', r"\1 (mended)", text))
    asked.clear()
    assert grade_class(course, homework).graded == ("grace",)
    assert set(asked) == {"knn.predict_labels", "knn.errors_of_fold"} & everything
    second = read_result(course.root, "hw2", "grace")
    assert second.scores() == first.scores() and set(second.notes) == set(first.notes)
    for old, new in zip(first.questions, second.questions, strict=True):
        assert (old == new) == (new.name not in asked)

    asked.clear()
    assert grade_class(course, homework).graded == () and asked == []


def test_where_time_ran_out_everything_is_judged_again(hw2, asked, tmp_path):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "quinn")
    grade_class(course, hw2.homework)
    everything = set(asked)
    homework = course.homework("hw2")
    path = homework.hidden_folder / "softmax.py"
    path.write_text(path.read_text() + "\nANOTHER = 1\n")
    result = read_result(course.root, "hw2", "quinn")
    first, *others = result.questions[-1].outcomes
    late = replace(result.questions[-1], outcomes=(replace(first, status="timeout"), *others))
    write_result(course.root, replace(result, questions=(*result.questions[:-1], late)))
    asked.clear()
    grade_class(course, homework)
    assert set(asked) == everything
    path.write_text(path.read_text() + "\nANOTHER = 2\n")
    asked.clear()
    grade_class(course, homework)
    assert set(asked) < everything


def test_list_of_equivalent_mutants_changes_no_result(hw2, tmp_path):
    course = hw2.copy(tmp_path / "course")
    homework = course.homework("hw2")

    def digests():
        judge, merged = (
            Judge(course, homework, Sandbox(mode="none")),
            SimpleNamespace(digest="of the submission"),
        )
        asked = [question.name for question in homework.questions if question.kind == "checks"]
        return {judge.digest_of(merged), *(judge._digest_of(merged, name) for name in asked)}

    before = digests()
    (homework.hidden_folder / "equivalent.toml").write_text("# another list\n")
    assert digests() == before
    (homework.hidden_folder / "judge.toml").write_text("seed = 5\n")
    assert not digests() & before

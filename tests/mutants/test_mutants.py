"""Mutants: which mistakes are made, and where."""

import pytest

from autograder.homework import Homework, Question
from autograder.mutants import mutants_of, sampled
from autograder.mutants.run import equivalents
from labkit.handin.regions import marked_regions

MODULE = '''"""A module."""

import numpy as np


def mean_square(x, scale, mode="train"):
    """Not rewritten: 1 + 1."""
    # --- demo.mean_square ---
    ### BEGIN SOLUTION
    if mode == "test":
        return x
    total = np.zeros(x.shape[1])
    for row, _ in zip(x[1:], x[1:], strict=True):
        total += scale * row**2
    centred = x - total
    if len(x) < 2:
        raise ValueError(f"need {1 + 1} rows")
    return np.sum(centred.T @ x, axis=0, keepdims=True) / len(x)
    ### END SOLUTION


def given(x):
    return x + 1
'''


@pytest.fixture
def homework(tmp_path):
    """A homework of one module with one graded region."""
    folder = tmp_path / "solutions/hw9"
    (folder / "nndl").mkdir(parents=True)
    (folder / "nndl/demo.py").write_text(MODULE)
    question = Question("demo.mean_square", "demo-mean_square", "demo", 1.0, "checks", "Mean", "a")
    return Homework(
        folder,
        "hw9",
        "Title",
        (),
        ("nndl/demo.py",),
        (),
        (),
        {},
        (question,),
        {"nndl/demo.py": marked_regions(MODULE)},
    )


@pytest.mark.parametrize(
    "kind, after",
    [
        ("operator", "total += (scale / row ** 2)"),
        ("dropped operand", "total += scale * row"),
        ("dropped operand", "centred = x"),
        ("exchanged operands", "centred = (total - x)"),
        ("assignment for accumulation", "total = scale * row ** 2"),
        ("in place", "x -= total; centred = x"),
        ("axis", "return np.sum(centred.T @ x, keepdims=True, axis=1) / len(x)"),
        ("dropped keepdims", "return np.sum(centred.T @ x, axis=0) / len(x)"),
        ("transpose", "return np.sum(centred @ x, axis=0, keepdims=True) / len(x)"),
        ("dropped operand", "return np.sum(centred.T @ x, axis=0, keepdims=True)"),
        ("slice", "for row, _ in zip(x[1 + 1:], x[1:], strict=True):"),
        ("mode", "if mode == 'train':"),
        ("comparison", "if (mode != 'test'):"),
        ("condition", "if False:"),
        ("dropped statement", "pass"),
        ("function", "total = np.ones(x.shape[1])"),
        ("another variable", "centred = x - mode"),
    ],
)
def test_mistake_is_made(homework, kind, after):
    assert (kind, after) in {(mutant.kind, mutant.change[1]) for mutant in mutants_of(homework)}


def test_mutants_are_valid_and_differ_within_their_region_only(homework):
    found = mutants_of(homework)
    assert len({mutant.source for mutant in found}) == len(found) > 40
    first, last = MODULE.index("### BEGIN"), MODULE.index("### END")
    for mutant in found:
        compile(mutant.source, "demo.py", "exec")
        assert mutant.source.startswith(MODULE[:first]) and mutant.source.endswith(MODULE[last:])
        assert mutant.questions == ("demo.mean_square",)
        assert "ValueError" not in mutant.change[0]
        assert "strict=True" in mutant.source


def test_sample_is_the_same_for_a_seed_and_keeps_the_order(homework):
    found = mutants_of(homework)
    few = sampled(found, 10, seed=3)
    assert few == sampled(found, 10, seed=3) != sampled(found, 10, seed=4)
    assert [found.index(mutant) for mutant in few] == sorted(found.index(mutant) for mutant in few)
    assert sampled(found, 10_000, seed=0) == found


def test_one_reason_may_cover_several_mutants_of_a_line(homework):
    homework.hidden_folder.mkdir()
    (homework.hidden_folder / "equivalent.toml").write_text(
        """[[mutant]]
region = "demo.mean_square"
before = "centred = x - total"
after = ["centred = x", "centred = total"]
reason = "One."

[[mutant]]
region = "demo.mean_square"
before = "return x"
after = "return total"
reason = "Two."
"""
    )
    assert equivalents(homework) == {
        ("demo.mean_square", "centred = x - total", "centred = x"): "One.",
        ("demo.mean_square", "centred = x - total", "centred = total"): "One.",
        ("demo.mean_square", "return x", "return total"): "Two.",
    }

"""Likely copies: what students wrote, and which of them look alike."""

import difflib
import random
import re

import pytest

from autograder.report.copies import find_copies
from autograder.report.written import answer, code_of, written

SCAFFOLD = """import numpy as np


def distances(x):
    # --- knn.distances ---
    # YOUR CODE HERE
    raise NotImplementedError


def given(x):
    return np.linalg.norm(x, axis=1) + np.linalg.norm(x, axis=0) - np.abs(x).max() * np.abs(x).min()
"""
USUAL = "    total = np.zeros((x.shape[0], x.shape[1]))\n    for i in range(x.shape[0]):\n        total[i] = np.abs(x[i])\n"


def own_code(seed, lines=14):
    """Code that nobody else has."""
    chance = random.Random(seed)
    calls = ["np.sum", "np.abs", "np.dot", "x.max", "x.reshape", "range", "len", "max", "sorted"]
    return "".join(
        f"    v{n} = {chance.choice(calls)}(x{chance.choice(['', ', axis=0', ', 1', '[1:]'])}) "
        f"{chance.choice('+-*/%@')} {chance.choice(['x', '2', '1.5', 'x.T', '(x > 0)', 'not x'])}"
        f"{chance.choice(['', ' if x else 3', '[0]', '[::2]', '.mean()'])}\n"
        for n in range(lines)
    )


def module(body):
    return SCAFFOLD.replace("    # YOUR CODE HERE\n    raise NotImplementedError\n", body)


def texts(**bodies):
    scaffold = {"nndl/knn.py": SCAFFOLD.split("\n")}
    return {
        student: written({"nndl/knn.py": module(body).split("\n")}, scaffold)
        for student, body in bodies.items()
    }


def pairs(**bodies):
    return find_copies(texts(**bodies), SCAFFOLD)


def test_only_what_students_wrote_is_kept():
    (text,) = texts(ada="    y = x\n\n    return y\n").values()
    assert text.text == "    y = x\n    return y"
    assert text.places == (("nndl/knn.py", 6), ("nndl/knn.py", 8))


def test_blank_lines_are_not_matched(monkeypatch):
    """Each one with each one of the scaffold takes seconds per submission."""
    compared = []
    real = difflib.SequenceMatcher

    def matcher(junk, given, lines, **options):
        compared.extend([*given, *lines])
        return real(junk, given, lines, **options)

    monkeypatch.setattr("autograder.report.written.difflib.SequenceMatcher", matcher)
    (text,) = texts(ada="    y = x\n" + "\n" * 2000 + "    return y\n").values()
    assert text.text == "    y = x\n    return y"
    assert text.places == (("nndl/knn.py", 6), ("nndl/knn.py", 2007))
    assert "" not in compared and "    y = x" in compared


def test_copy_with_other_names_and_comments_is_found():
    disguised = re.sub(r"\bv(\d+)", r"my_value_\1", own_code(1)).replace("\n", "  # mine\n")
    others = {f"s{n}": USUAL + own_code(n) for n in range(10, 30)}
    (pair,) = pairs(eve=own_code(1), mallory=disguised, **others)
    assert {*pair.left, *pair.right} == {"eve", "mallory"} and min(pair.shares) == 1.0
    ((left, right),) = pair.passages
    assert (left.file, left.first, right.first) == ("nndl/knn.py", 6, 6)
    assert left.code.startswith("v0 =") and "my_value_0 = " in right.code and "# mine" in right.code


def test_part_of_a_copy_is_found_where_it_is():
    theirs = own_code(2, 30)
    shared = "".join(theirs.splitlines(keepends=True)[8:22])
    (pair,) = pairs(eve=own_code(1) + shared, mallory=theirs, **{f"s{n}": own_code(n) for n in range(10, 30)})
    assert {*pair.left, *pair.right} == {"eve", "mallory"}
    code = pair.passages[0][0].code + pair.passages[0][1].code
    assert code.count("v15 = ") == 2 and 0.3 < min(pair.shares) < max(pair.shares) < 0.8


def test_what_everybody_writes_is_no_copy():
    assert pairs(**{f"s{n}": 6 * USUAL + own_code(n) for n in range(30)}) == ()


def test_scaffold_is_no_copy():
    given = SCAFFOLD.split("\n")[-2]
    assert pairs(eve=own_code(1) + f"{given}\n" * 4, mallory=own_code(2) + f"{given}\n" * 4) == ()


def test_solution_that_was_handed_round_stays_visible():
    ring = {f"ring{n:02}": own_code(1).replace("v1 ", f"name{n} ") for n in range(25)}
    (pair,) = pairs(**ring, **{f"s{n}": own_code(n) for n in range(10, 30)})
    assert pair.left == tuple(ring) and pair.right == ()
    assert pair.passages[0][0].code != pair.passages[0][1].code


@pytest.mark.parametrize(
    "text",
    ["", "    return x\n", "def (:\n" * 50, "'''" * 99, "\x00\ufeff\u202e" * 50, "(" * 5000, "x" * 99_999],
)
def test_any_text_can_be_compared(text):
    assert isinstance(pairs(eve=text, mallory=text + "\n    pass\n", ada=own_code(1)), tuple)


def test_files_that_cannot_be_read_are_left_out(homework, hand_in):
    folder = hand_in(files={"knn.ipynb": "{", "nndl/knn.py": b"\xff\xfe\x00"})
    (folder / "softmax.ipynb").symlink_to("/etc/passwd")
    assert code_of(homework, folder) == {}
    assert answer(homework, "knn.distances", folder) == ()


def test_code_of_notebooks_and_modules_is_read(homework, hand_in):
    cell = {"cell_type": "code", "metadata": {}, "source": "a = 1\nb = 2", "outputs": []}
    folder = hand_in(
        files={"nndl/knn.py": "def distances(x):\n    # --- knn.distances ---\n    return <b>x\n"},
        knn=[cell],
        softmax=[],
    )
    assert code_of(homework, folder)["knn.ipynb"] == ["a = 1", "b = 2"]
    (shown,) = answer(homework, "knn-distances", folder)
    assert (shown.file, shown.first, shown.code) == ("nndl/knn.py", 3, "return <b>x")

import json

import pytest

from autograder.homework import read_homework
from autograder.release.build import build_release
from autograder.release.validate import validate_static


def said(homework) -> str:
    return "\n".join(map(str, validate_static(homework)))


def test_a_sound_homework_has_no_problem(homework):
    build_release(homework)
    assert validate_static(homework) == []


def test_a_release_edited_by_hand_is_noticed(homework):
    release = build_release(homework)
    path = release.folder / "nndl/points.py"
    path.write_text(path.read_text() + "\n")
    (release.folder / "extra.txt").write_text("extra")
    (release.folder / "checks/points.py").unlink()
    found = said(homework)
    assert "assignments/hw1/nndl/points.py: not what solutions/ generates" in found
    assert "assignments/hw1/extra.txt: not part of the release" in found
    assert "assignments/hw1/checks/points.py: missing" in found


def test_a_release_that_was_never_made_is_noticed(homework):
    assert "assignments/hw1: missing" in said(homework)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("nndl/points.py", "    # --- points.softplus ---\n", "", "a solution region without a name"),
        ("nndl/points.py", "points.softplus", "points.pairwise", "two regions are named points.pairwise"),
        (
            "nndl/points.py",
            "import numpy",
            "import no_such_module, numpy",
            "its released form does not import",
        ),
        ("hidden/judge.toml", "8675309", "42", "guessed too easily"),
        (
            "checks/points.py",
            "points.largest",
            "points.biggest",
            "checks 'points.biggest', which no notebook asks",
        ),
        (
            "checks/points.py",
            "points.largest",
            "points.biggest",
            "points.largest: a question without any check",
        ),
        (
            "hidden/points.py",
            "weight=2",
            'after="points.zero"',
            "comes after 'points.zero', which no notebook asks",
        ),
        ("checks/points.py", "import numpy", "import no_such_module, numpy", "does not load"),
        ("points.ipynb", '"name": "python3"', '"name": "julia"', "kernelspec must be python3"),
        ("points.ipynb", "**Rubric**", "Marking", "a written question without a rubric"),
        ("points.ipynb", '"nbformat_minor": 5', '"nbformat_minor": 4', "older than format 4.5"),
        ("homework.toml", "points = 10", "points = 11", "add up to 10 points, homework.toml says 11"),
    ],
)
def test_a_problem_in_the_source_is_named(homework, file, old, new, expected):
    path = homework.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    try:
        homework = read_homework(homework.folder)
    except Exception:
        assert file == "homework.toml"
    assert expected in said(homework)


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
def test_outputs_and_doubled_ids_in_the_source_are_named(homework):
    path = homework.notebook_path("points")
    notebook = json.loads(path.read_text())
    notebook["cells"][1]["execution_count"] = 3
    notebook["cells"][2]["id"] = notebook["cells"][0]["id"]
    path.write_text(json.dumps(notebook))
    found = said(homework)
    assert "points.ipynb, cell points-setup: saved with outputs or an execution count" in found
    assert "points.ipynb, cell points-intro: its id is used 2 times" in found


def test_a_leak_in_the_source_is_a_problem(homework):
    path = homework.folder / "checks/points.py"
    path.write_text(path.read_text() + "\n# seed 8675309\n")
    assert "checks/points.py: hidden seed (hidden/judge.toml)" in said(homework)

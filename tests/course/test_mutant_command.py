"""`autograder mutants`: mistakes are caught where they sit, and what is not caught is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REGION = "softmax.predict"


@pytest.fixture
def course(hw2, tmp_path):
    return hw2.copy(tmp_path / "course")


def mutants(course, *arguments):
    command = [str(Path(sys.executable).with_name("autograder")), "mutants", "hw2", *arguments]
    return subprocess.run(
        command, cwd=course.root, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}
    )


def test_every_mistake_in_a_region_is_caught(course):
    done = mutants(course, "--region", REGION)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " mutants: " in done.stdout and "survived" not in done.stdout


def test_mistake_that_no_check_catches_is_named(course):
    folder = course.solutions / "hw2"
    for path in (folder / "checks/softmax.py", folder / "hidden/softmax.py"):
        path.write_text(path.read_text().replace('"softmax.predict"', '"softmax.nobody"'))
    (folder / "hidden/weak.py").write_text(
        "from labkit.checks import check\n\n\n"
        f'@check("{REGION}")\ndef weak(student, rng):\n    """Nothing is asked"""\n'
    )
    done = mutants(course, "--region", REGION)
    assert done.returncode == 1
    assert "✗ survived: softmax.predict (nndl/softmax.py, line " in done.stdout
    assert "not caught where they sit" in done.stderr and "Traceback" not in done.stderr


def test_entry_of_a_mutant_that_is_no_more_is_named(course):
    path = course.solutions / "hw2/hidden/equivalent.toml"
    text = path.read_text() if path.is_file() else ""
    path.write_text(
        f'{text}\n[[mutant]]\nregion = "{REGION}"\nbefore = "gone"\nafter = "gone too"\nreason = "Because."\n'
    )
    done = mutants(course, "--region", REGION, "--sample", "1")
    assert done.returncode == 1
    assert "no such mutant any more: softmax.predict: gone  →  gone too" in done.stdout


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--region", "softmax.nothing"], "no graded region 'softmax.nothing'"),
        (["--sample", "-1"], "--sample"),
    ],
)
def test_wrong_usage_is_one_line(course, arguments, words):
    done = mutants(course, *arguments)
    assert done.returncode in (1, 2) and words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_equivalent_mutant_needs_a_reason(course):
    path = course.solutions / "hw2/hidden/equivalent.toml"
    path.write_text(f'[[mutant]]\nregion = "{REGION}"\nbefore = "a"\nafter = "b"\nreason = " "\n')
    done = mutants(course, "--region", REGION)
    assert done.returncode == 1 and "needs a reason" in done.stderr

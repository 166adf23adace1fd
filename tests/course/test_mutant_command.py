"""`autograder mutants`: mistakes are caught where they sit, and what is not caught is named."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.homework import Course
from autograder.mutants import mutants_of
from autograder.mutants.command import FEWEST, Choice, judge_mutants
from autograder.mutants.report import Row, Run, read_run, write_run
from autograder.mutants.run import KILLED, SURVIVED

ROOT = Path(__file__).parent.parent.parent
REGION = "softmax.predict"
WEAK = f"""from labkit.checks import check


@check("{REGION}")
def weak(student, rng):
    \"""Nothing is asked\"""
"""


@pytest.fixture
def course(tmp_path):
    """hw2 alone, in a course folder of its own."""
    shutil.copyfile(ROOT / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    for name in ("solutions", "assignments"):
        shutil.copytree(ROOT / name / "hw2", tmp_path / name / "hw2")
    return Course(tmp_path)


def mutants(course, *arguments):
    command = [str(Path(sys.executable).with_name("autograder")), "mutants", "hw2", *arguments]
    return subprocess.run(
        command, cwd=course.root, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}
    )


@pytest.mark.parametrize("name", Course(ROOT).names())
@pytest.mark.parametrize("sample", [2, pytest.param(60, marks=pytest.mark.slow)])
def test_mistakes_in_every_homework_are_caught_where_they_sit(name, sample):
    course = Course(ROOT)
    choice = Choice(sample=sample, seed=5)
    found = judge_mutants(course, course.homework(name), choice, "auto", 2, lambda n: None, lambda r: None)
    assert len(found.rows) == sample and found.problems == 0, "\n".join(found.lines)


@pytest.mark.parametrize("name", Course(ROOT).names())
def test_measured_runs_have_judged_enough_and_left_nothing(name):
    kept = json.loads((ROOT / f"docs/quality/mutants_{name}.json").read_text(encoding="utf-8"))
    assert sum(kept["verdicts"].values()) >= min(FEWEST, kept["all"]) and kept["left"] == []


def test_mistake_that_no_check_catches_is_named(course):
    folder = course.solutions / "hw2"
    for path in (*folder.glob("checks/*.py"), *folder.glob("hidden/*.py")):
        path.unlink()
    (folder / "hidden/weak.py").write_text(WEAK)
    done = mutants(course, "--region", REGION, "--sample", "2")
    assert done.returncode == 1
    assert "✗ survived: softmax.predict (nndl/softmax.py, line " in done.stdout
    assert "not caught where they sit" in done.stderr and "Traceback" not in done.stderr


def test_what_a_run_left_is_judged_again_and_its_result_mended(course):
    everything = mutants_of(course.homework("hw2"))
    one, two = (m for m in everything if m.region == REGION and m.kind in ("transpose", "function"))
    rows = [
        Row(mutant.region, mutant.file, mutant.line, mutant.kind, *mutant.change, verdict)
        for mutant, verdict in ((one, SURVIVED), (two, KILLED))
    ]
    write_run(course, "hw2", Run(len(everything), 5, tuple(rows)))
    done = mutants(course, "--left")
    assert done.returncode == 0 and "1 mutants: 1 killed" in done.stdout, done.stdout + done.stderr
    run = read_run(course, "hw2")
    assert [(row.verdict, bool(row.question)) for row in run.rows] == [(KILLED, True), (KILLED, False)]
    write_run(course, "hw2", Run(len(everything) + 1, 5, run.rows))
    done = mutants(course, "--left")
    assert done.returncode == 1 and "has changed since" in done.stderr


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
        (["--left"], "no whole run of its mutants is kept"),
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

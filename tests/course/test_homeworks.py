"""What holds for every homework: it is tested, and its homework.toml says which code answers a question."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from corpus import CELLS, MODULES, module_of, named, samples

from autograder.homework import Course, HomeworkError
from labkit.checks import load_checks

ROOT = Path(__file__).parent.parent.parent
NAMES = Course(ROOT).names()


@pytest.mark.parametrize("name", NAMES)
def test_every_homework_has_its_tests(name):
    for kind in ("corpus", "solution"):
        assert (Path(__file__).parent / f"test_{kind}_{name}.py").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_a_corpus_names_what_there_is(name):
    homework = Course(ROOT).homework(name)
    questions = {question.name for question in homework.questions if question.kind == "checks"}
    for correct in (True, False):
        for path in samples(name, MODULES, correct=correct):
            assert module_of(homework, path)
        for path in samples(name, CELLS, correct=correct):
            assert path.stem.startswith(tuple(f"{notebook}_" for notebook in homework.notebooks)), path.name
        for path in [*samples(name, MODULES, correct=correct), *samples(name, CELLS, correct=correct)]:
            assert set(named(path, "question") + named(path, "must fail")) <= questions, path.name


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_tells_the_solution_that_it_is_right(name, tmp_path):
    """Public checks as a notebook runs them, in the student's own process, where nothing is sent anywhere."""
    folder = tmp_path / name
    shutil.copytree(ROOT / "solutions" / name, folder)
    checks = load_checks(folder / "checks")
    questions = sorted({one.question for one in checks} - {one.question for one in checks if one.on_file})
    ran = subprocess.run(
        [sys.executable, "-m", "labkit.checks", *questions],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, "\n".join(line for line in ran.stdout.splitlines() if "✓" not in line)


@pytest.mark.parametrize("path", sorted((ROOT / "docs/figures").glob("*.toml")), ids=lambda path: path.stem)
def test_figures_of_a_notebook_can_be_computed(path):
    homework, notebook = path.stem.split("_", 1)
    assert notebook in Course(ROOT).homework(homework).notebooks
    for figure in tomllib.loads(path.read_text(encoding="utf-8"))["figure"]:
        compile(figure["expression"], path.name, "eval")


@pytest.fixture
def settings(hw2, tmp_path):
    """Writes the table `shows` into a copy of hw2 and reads it."""
    course = hw2.copy(tmp_path / "course")
    path = course.solutions / "hw2/homework.toml"

    def write(table):
        path.write_text(f"{path.read_text()}\n[shows]\n{table}\n")
        return course.homework("hw2")

    return write


def regions(homework, question):
    return [region.name for _, region in homework.regions_of(question)]


def test_further_regions_can_answer_a_question(settings):
    homework = settings('"softmax.train" = ["softmax.predict"]\n"softmax.accuracy" = ["softmax"]')
    assert regions(homework, "softmax.train") == ["softmax.train", "softmax.predict"]
    assert len(regions(homework, "softmax.accuracy")) == 5
    assert regions(homework, "softmax.loss") == ["softmax.loss"]


@pytest.mark.parametrize(
    "table, words",
    [
        ('"softmax.none" = ["softmax.loss"]', "'softmax.none', which is no question"),
        ('"softmax.train" = ["softmax.los"]', "'softmax.los', which is no region"),
        ('"softmax.train" = "softmax.loss"', "must be a list"),
        ('"softmax.train" = []', "must be a list"),
        ('"softmax.train" = [1]', "must be a list"),
    ],
)
def test_names_that_do_not_exist_are_refused(settings, table, words):
    with pytest.raises(HomeworkError, match=words):
        settings(table)

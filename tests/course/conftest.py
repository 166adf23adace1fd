"""Course folders with one homework released, solved and, from the sample submissions, a class to hand in."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from autograder.grade import ClassGrading
from autograder.homework import Course, Homework
from autograder.release.build import build_release
from autograder.samples import Sample, handed_in, make_submission, read_samples
from autograder.validate import copy_solution

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Class:
    """A course in a folder of its own, its homework, a solved copy and the samples."""

    course: Course
    homework: Homework
    release: Path
    solution: Path
    samples: tuple[Sample, ...]

    def hand_in(self, course: Course, *names: str) -> None:
        for sample in self.samples:
            if not names or sample.name in names:
                target = course.submitted / sample.name / self.homework.name
                make_submission(sample, self.release, self.solution, target)

    @staticmethod
    def alerted(done: ClassGrading) -> set[str]:
        """Students whose submission holds something that staff should look at."""
        return {result.student for result in done.results for note in result.notes if note.kind == "alert"}

    def copy(self, folder: Path) -> Course:
        """A second course folder with the same homework and release, nothing handed in."""
        folder.mkdir(parents=True)
        shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
        for name in ("solutions", "assignments"):
            shutil.copytree(self.course.root / name, folder / name)
        return Course(folder)


def make_class(name: str, folder: Path) -> Class:
    """A course of one homework in a new folder. samples/<name>/train.py saves what its notebooks would save."""
    samples = ROOT / "samples" / name
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    skipped = shutil.ignore_patterns("__pycache__", "*.npz")
    shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name, ignore=skipped)
    course = Course(folder)
    homework = course.homework(name)
    release = build_release(homework).folder
    solution = folder / "solved"
    copy_solution(homework, release, solution)
    if (samples / "train.py").is_file():
        program = (samples / "train.py").read_text(encoding="utf-8")
        subprocess.run([sys.executable, "-c", program], cwd=solution, check=True)
    handed_in(homework, release, solution)
    students = read_samples(Course(ROOT), homework) if any(samples.glob("*/sample.toml")) else ()
    return Class(course, homework, release, solution, students)


@pytest.fixture(scope="session")
def hw2(tmp_path_factory) -> Class:
    return make_class("hw2", tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def class_of(request, tmp_path_factory):
    """Function that gives the class of a homework by name, made once."""

    @cache
    def made(name: str) -> Class:
        if name == "hw2":
            return request.getfixturevalue("hw2")
        return make_class(name, tmp_path_factory.mktemp("course"))

    return made

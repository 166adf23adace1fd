"""A course folder with hw2 released and a class handed in, made from the sample submissions."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.homework import Course, Homework
from autograder.release.build import build_release
from autograder.samples import Sample, handed_in, make_submission, read_samples
from autograder.validate import copy_solution

ROOT = Path(__file__).parent.parent.parent
TRAIN = """
import numpy as np
from labkit import load_data, save_model
from nndl.softmax import Softmax
data = load_data("shapes10", train=6000, flatten=True, dtype=np.float64, quiet=True)
mean = data.X_train.mean(axis=0)
model = Softmax(dims=(10, 3072), rng=np.random.default_rng(0))
model.train(data.X_train - mean, data.y_train, learning_rate=2e-7, num_iters=300, rng=np.random.default_rng(1))
save_model("softmax_best.npz", W=model.W, b=model.b, mean=mean)
"""


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

    def copy(self, folder: Path) -> Course:
        """A second course folder with the same homework and release, nothing handed in."""
        folder.mkdir(parents=True)
        shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
        for name in ("solutions", "assignments"):
            shutil.copytree(self.course.root / name, folder / name)
        return Course(folder)


@pytest.fixture(scope="session")
def hw2(tmp_path_factory) -> Class:
    folder = tmp_path_factory.mktemp("course")
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    skipped = shutil.ignore_patterns("__pycache__", "*.npz")
    shutil.copytree(ROOT / "solutions" / "hw2", folder / "solutions" / "hw2", ignore=skipped)
    course = Course(folder)
    homework = course.homework("hw2")
    release = build_release(homework).folder
    solution = folder / "solved"
    copy_solution(homework, release, solution)
    subprocess.run([sys.executable, "-c", TRAIN], cwd=solution, check=True)
    handed_in(homework, release, solution)
    return Class(course, homework, release, solution, read_samples(Course(ROOT), homework))

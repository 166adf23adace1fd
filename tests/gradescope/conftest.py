"""A folder laid out as in Gradescope's container, with the autograder's zip unpacked in it."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.gradescope.package import build_package
from autograder.homework import Course

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("course_conftest", ROOT / "tests/course/conftest.py")
_course = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_course)
hw2 = _course.hw2

POLICY = """timezone = "America/Los_Angeles"
[due]
hw2 = 2026-01-30T23:00:00
[late]
per_day = 10
"""


@dataclass(frozen=True)
class Container:
    """What Gradescope has under /autograder."""

    root: Path

    def submit(self, folder, metadata=None):
        shutil.rmtree(self.root / "submission", ignore_errors=True)
        shutil.copytree(folder, self.root / "submission")
        text = metadata if isinstance(metadata, str) else json.dumps(metadata or {})
        (self.root / "submission_metadata.json").write_text(text)

    def run(self, *arguments, through=()):
        """Run run_autograder as Gradescope does; the report, and what was printed."""
        done = subprocess.run(
            [*through, str(self.root / "run_autograder"), *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            env=os.environ | {"AUTOGRADER_ROOT": str(self.root)},
        )
        assert not done.stderr, done.stderr
        return json.loads((self.root / "results/results.json").read_text()), done.stdout

    def set(self, **settings):
        path = self.root / "source/settings.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | settings))


@pytest.fixture(scope="session")
def package(hw2, tmp_path_factory):
    course = hw2.copy(tmp_path_factory.mktemp("gradescope") / "course")
    shutil.copyfile(ROOT / "requirements.lock", course.root / "requirements.lock")
    (course.root / "course.toml").write_text(POLICY)
    return build_package(Course(course.root), course.homework("hw2"))


@pytest.fixture
def container(package, tmp_path):
    root = tmp_path / "autograder"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(root / "source")
    # setup.sh would make it with pip; these are the same packages
    (root / "source/.venv").symlink_to(sys.prefix)
    (root / "results").mkdir()
    shutil.copyfile(root / "source/run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    return Container(root)

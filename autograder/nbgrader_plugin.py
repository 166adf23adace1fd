"""nbgrader's own commands, led through the judge: `nbgrader autograde hw2` and formgrader's button.

`configure(c)` in nbgrader_config.py sets this up:

- `Autograde` reads submissions that have been merged with the release, so that a damaged, renamed or
  altered notebook neither stops the command nor changes what is graded;
- no student code runs in a kernel: the preprocessor `JudgeCells` writes the judge's scores into the graded
  cells, and nbgrader's `SaveAutoGrades` stores them;
- students' modules are never replaced by the staff's.
"""

from __future__ import annotations

import atexit
import shutil
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grade import judged, submissions
from autograder.gradebook import programs_on_path
from autograder.homework import SOLUTIONS, Course, Homework
from autograder.judge import Judge
from autograder.marking import mark_notebook
from autograder.nbgrader_release import configure_release
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox

MERGED = ".autograder/merged"
_judges: dict[tuple[Path, str], Judge] = {}


def configure(c: Any, root: Path) -> None:
    """Set nbgrader's configuration for a course of this project.

    Args:
        c: the object of `get_config()`.
        root: the course's folder.
    """
    programs_on_path()
    configure_release(c)
    c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
    c.Autograde.autograde_preprocessors = [
        "autograder.nbgrader_plugin.JudgeCells",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.exclude_overwriting = _student_files(Path(root))
    c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py", ".npz"]
    nbgrader.apps.autogradeapp.Autograde = MergedAutograde
    nbgrader.apps.api.Autograde = MergedAutograde


def _student_files(root: Path) -> dict[str, list[str]]:
    """Per homework the files that are the student's, which nbgrader must not replace by the staff's."""
    found = {}
    for path in sorted((root / SOLUTIONS).glob("*/homework.toml")):
        homework = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.parent.name] = [*homework.get("edit", []), *homework.get("keep", [])]
    return found


class MergedAutograde(Autograde):
    """nbgrader's Autograde, reading submissions that have been merged with the release."""

    @property
    def _input_directory(self) -> str:
        return MERGED if self._sanitizing else self.coursedir.autograded_directory

    def start(self) -> None:
        course = Course(Path(self.coursedir.root))
        homework = course.homework(self.coursedir.assignment_id)
        judge = judge_of(course, homework)
        found, refused = submissions(course, homework)
        for name, reason in refused:
            self.log.warning("Skipping %s: %s", name, reason)
        for student, folder in found.items():
            if Path(student).match(self.coursedir.student_id):
                write_merged(judge, folder, course.root / MERGED / student / homework.name)
        try:
            super().start()
        finally:
            shutil.rmtree(course.root / MERGED, ignore_errors=True)


def write_merged(judge: Judge, submission: Path, target: Path) -> None:
    """Write a merged submission as a folder that nbgrader can convert."""
    shutil.rmtree(target, ignore_errors=True)
    with judge.merged(submission) as merged:
        shutil.copytree(merged.folder, target)
        for name, notebook in merged.notebooks.items():
            nbformat.write(notebook, target / f"{name}.ipynb")
    timestamp = submission / "timestamp.txt"
    if timestamp.is_file() and not timestamp.is_symlink():
        shutil.copyfile(timestamp, target / "timestamp.txt")


def judge_of(course: Course, homework: Homework) -> Judge:
    """The judge of a homework in this process, with a sandbox that lives as long as the process."""
    key = (course.root, homework.name)
    if key not in _judges:
        sandbox = Sandbox(mode="auto")
        sandbox.__enter__()
        atexit.register(sandbox.__exit__, None, None, None)
        _judges[key] = Judge(course, homework, sandbox)
    return _judges[key]


class JudgeCells(NbGraderPreprocessor):
    """Grades the submission that a notebook belongs to, and writes scores into the graded cells."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        course = Course(Path.cwd())
        homework = course.homework(names["assignment"])
        return mark_notebook(nb, self._result(course, homework, names["student"])), resources

    def _result(self, course: Course, homework: Homework, student: str) -> SubmissionResult:
        judge = judge_of(course, homework)
        with judge.merged(course.submitted / student / homework.name) as merged:
            return judged(course, judge, merged, student)[0]

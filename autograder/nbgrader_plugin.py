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
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.documents.staffview import FILTER
from autograder.grade import failed, judge_for, judged, published
from autograder.gradebook import ensure_assignment, open_gradebook, programs_on_path, settle_lateness
from autograder.homework import SOLUTIONS, Course, CourseError, Homework
from autograder.judge import Judge
from autograder.known import write_known
from autograder.late import read_policy, split, student_lateness
from autograder.locks import only_grader
from autograder.marking import mark_notebook
from autograder.nbgrader_release import configure_release
from autograder.results import SubmissionResult, read_result
from autograder.sandbox import Sandbox, SandboxUnavailable
from autograder.scores import Graded, write_scores
from autograder.submission import released
from autograder.submission.timestamp import written_timestamp
from autograder.submitted import submissions
from labkit.checks import ChecksError

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
    c.AssignLatePenalties.plugin_class = "autograder.nbgrader_plugin.LatePolicyPlugin"
    c.Autograde.exclude_overwriting = _student_files(Path(root))
    c.HTMLExporter.filters = {"markdown2html": FILTER}
    c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py", ".npz"]
    nbgrader.apps.autogradeapp.Autograde = MergedAutograde
    nbgrader.apps.api.Autograde = MergedAutograde


def _student_files(root: Path) -> dict[str, list[str]]:
    """Per homework the files that are the student's, which nbgrader must not replace by the staff's."""
    found = {}
    for path in sorted((root / SOLUTIONS).glob("*/homework.toml")):
        try:
            homework = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # whoever uses that homework is told
        found[path.parent.name] = [*homework.get("edit", []), *homework.get("keep", [])]
    return found


class MergedAutograde(Autograde):
    """nbgrader's Autograde, reading submissions that have been merged with the release."""

    @property
    def _input_directory(self) -> str:
        return MERGED if self._sanitizing else self.coursedir.autograded_directory

    def start(self) -> None:
        try:
            course = Course(Path(self.coursedir.root))
            homework = course.homework(self.coursedir.assignment_id)
            released(homework, course.assignments / homework.name)
            judge = judge_of(course, homework)
            with only_grader(course):
                self._judge(course, judge)
                try:
                    super().start()
                finally:
                    shutil.rmtree(course.root / MERGED, ignore_errors=True)
                    self._settle(course)
        except (CourseError, ChecksError, SandboxUnavailable, OSError) as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error

    def _judge(self, course: Course, judge: Judge) -> None:
        """Have a result and a merged folder for every submission that was asked for."""
        shutil.rmtree(course.root / MERGED, ignore_errors=True)
        with open_gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            ensure_assignment(gradebook, self.coursedir.db_url, judge.homework, judge.release)
        self._settle(course)
        found, refused = submissions(course, judge.homework)
        for name, reason in refused:
            self.log.warning("Skipping %s, which %s", name, reason)
        for student, folder in found.items():
            if fnmatchcase(student, self.coursedir.student_id):
                target = course.root / MERGED / student / judge.homework.name
                result = write_merged(course, judge, folder, student, target)
                autograded = course.autograded / student / judge.homework.name
                if not result.digest:
                    self.log.error("%s could not be graded: %s", student, result.notes[0].reason)
                    shutil.rmtree(target, ignore_errors=True)
                    with open_gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                        write_scores(gradebook, [Graded(result)])
                if not published(autograded, result):
                    self.log.info("%s is new, changed or not complete", autograded)
                    shutil.rmtree(autograded, ignore_errors=True)

    def _settle(self, course: Course) -> None:
        with open_gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            settle_lateness(gradebook, course)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """Called when a submission is converted: only now its folder counts as whole."""
        super().set_permissions(assignment_id, student_id)
        root = Path(self.coursedir.root)
        result = read_result(root, assignment_id, student_id)
        if result is not None and self.coursedir.notebook_id == "*":
            write_known(root / self._format_dest(assignment_id, student_id), result)


def write_merged(
    course: Course, judge: Judge, submission: Path, student: str, target: Path
) -> SubmissionResult:
    """Judge a submission, and write it merged as a folder that nbgrader can convert."""
    try:
        with judge.merged(submission) as merged:
            shutil.copytree(merged.folder, target)
            for name, notebook in merged.notebooks.items():
                nbformat.write(notebook, target / f"{name}.ipynb")
            written_timestamp(submission, target)
            return judged(course, judge, merged, student)[0]
    except (SandboxUnavailable, CourseError):
        raise
    except Exception as error:
        return failed(course, judge, student, error)


def judge_of(course: Course, homework: Homework) -> Judge:
    """The judge of a homework in this process, with a sandbox that lives as long as the process."""
    key = (course.root, homework.name)
    if key not in _judges:
        sandbox = Sandbox(mode="auto")
        sandbox.__enter__()
        atexit.register(sandbox.__exit__, None, None, None)
        _judges[key] = judge_for(course, homework, sandbox)
    return _judges[key]


class JudgeCells(NbGraderPreprocessor):
    """Writes the judge's scores into the graded cells."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        result = read_result(Path.cwd(), names["assignment"], names["student"])
        if result is None:
            raise NbGraderException(f"There is no result of {names['student']}.")
        return mark_notebook(nb, result), resources


class LatePolicyPlugin(LateSubmissionPlugin):
    """The course's late policy; nbgrader's own method for a homework without a due time in it."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        course, asked = Course(Path.cwd()), self.parent  # AssignLatePenalties, which knows the notebook
        policy = read_policy(course)
        terms = policy.terms.get(asked.assignment_id)
        if terms is None:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        late = student_lateness(course, policy, student_id).get(asked.assignment_id)
        submission = asked.gradebook.find_submission(asked.assignment_id, student_id)
        scores = {notebook.name: notebook.score for notebook in submission.notebooks}
        shares = split(late.penalty if late else 0.0, [scores.get(name, 0.0) for name in terms.notebooks])
        return shares[terms.notebooks.index(asked.notebook_id)]

"""nbgrader's gradebook: scores in, manual scores and comments untouched."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import OperationalError, SAWarning

from autograder.homework import Course, CourseError, Homework
from autograder.results import NO_RESPONSE, SubmissionResult

EMPTY = "No response."


class GradebookError(CourseError):
    """The gradebook cannot be used. The message says why and what to do."""


def programs_on_path() -> None:
    """Put this Python's programs on PATH: nbgrader calls `alembic` when it makes a gradebook."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])


@contextmanager
def open_gradebook(url: str, course_id: str = "") -> Iterator[Gradebook]:
    """The gradebook at an SQLAlchemy URL, closed afterwards.

    Raises:
        GradebookError: it is locked, read-only or damaged.
    """
    programs_on_path()
    warnings.filterwarnings("ignore", category=SAWarning)
    try:
        with Gradebook(url, course_id) as gradebook:
            yield gradebook
    except OperationalError as error:
        raise GradebookError(
            f"The gradebook {url} cannot be used: {error.orig}. "
            "Close other programs that use it (formgrader, another grading), then run the command again."
        ) from error


def ensure_assignment(gradebook: Gradebook, url: str, homework: Homework, release: Path) -> None:
    """Make the gradebook know a homework's notebooks, cells and points, as nbgrader's own release would."""
    gradebook.update_or_create_assignment(homework.name)
    known = {notebook.name for notebook in gradebook.find_assignment(homework.name).notebooks}
    for name in homework.notebooks:
        points = {question.grade_id: question.points for question in homework.questions_of(name)}
        if name in known:
            cells = gradebook.find_notebook(name, homework.name).grade_cells
            if {cell.name: cell.max_score for cell in cells} == points:
                continue
        notebook = nbformat.read(release / f"{name}.ipynb", as_version=4)
        names = {"notebook": name, "assignment": homework.name, "student": ".", "db_url": url}
        try:
            SaveCells().preprocess(notebook, {"nbgrader": names})
        except RuntimeError as error:
            raise GradebookError(
                f"{homework.name}: {error}. Grade the changed homework in a new course folder."
            ) from None
    gradebook.db.expire_all()


def write_scores(gradebook: Gradebook, result: SubmissionResult, timestamp: datetime | None) -> None:
    """Write one submission's scores; a manual score stays and asks for another look, as in nbgrader.

    Args:
        timestamp: when it was handed in, None where that is not known.
    """
    gradebook.update_or_create_student(result.student)
    when = {} if timestamp is None else {"timestamp": timestamp}
    submission = gradebook.update_or_create_submission(result.homework, result.student, **when)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            score = result.question(grade.name).score
            grade.auto_score = score
            grade.needs_manual_grade = grade.manual_score is not None or score is None
        for comment in notebook.comments:
            comment.auto_comment = EMPTY if _no_response(result, comment.name) else None
    gradebook.db.commit()


def _no_response(result: SubmissionResult, cell: str) -> bool:
    try:
        return result.question(cell).status == NO_RESPONSE
    except KeyError:
        return cell in result.untouched


def submitted_students(gradebook: Gradebook, homework: str) -> set[str]:
    """Students whose submission of a homework the gradebook knows."""
    try:
        return {submission.student.id for submission in gradebook.assignment_submissions(homework)}
    except MissingEntry:
        return set()


def manual_scores(
    gradebook: Gradebook, homework: str, students: Iterable[str]
) -> dict[str, dict[str, tuple[float | None, str | None]]]:
    """Scores and comments that people gave: {student: {grade id: (score or None, comment or None)}}."""
    found: dict[str, dict[str, tuple[float | None, str | None]]] = {}
    for student in students:
        try:
            submission = gradebook.find_submission(homework, student)
        except MissingEntry:
            continue
        comments = {c.name: c.manual_comment for notebook in submission.notebooks for c in notebook.comments}
        found[student] = {
            grade.name: (grade.manual_score, comments.get(grade.name))
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
    return found


def database_url(course: Course) -> str:
    """The gradebook's URL: `CourseDirectory.db_url` of nbgrader_config.py, else gradebook.db in the course."""
    return nbgrader_course(course).db_url


def nbgrader_course(course: Course) -> Any:
    """nbgrader's own view of the course folder, with its configuration loaded."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    return CourseDirectory(config=config, root=str(course.root))

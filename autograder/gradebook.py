"""nbgrader's gradebook: opened, made to know a homework, asked for what people wrote; `scores.py` writes into it."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SAWarning

from autograder.homework import CONFIG, Course, CourseError, Homework
from autograder.late import class_lateness, read_policy, split
from autograder.sandbox.scratch import SCRATCH, scratch

PATIENCE = 30  # seconds to wait for another program that writes


class GradebookError(CourseError):
    """The gradebook cannot be used. The message says why and what to do."""


def programs_on_path() -> None:
    """Put this Python's programs on PATH: nbgrader calls `alembic` when it makes a gradebook."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])


@contextmanager
def open_gradebook(url: str, course_id: str = "", make: bool = True) -> Iterator[Gradebook]:
    """The gradebook at an SQLAlchemy URL, closed afterwards.

    Args:
        make: whether a missing one is made.

    Raises:
        GradebookError: it is locked, read-only, damaged, or missing where it must be there.
    """
    programs_on_path()
    warnings.filterwarnings("ignore", category=SAWarning)
    file = gradebook_file(url)
    if file is not None and not file.exists():
        if not make:
            raise GradebookError(
                f"There is no gradebook {file}: put it back from a backup, or grade to make a new one."
            )
        _make(file, course_id)
    try:
        with Gradebook(_patient(url), course_id) as gradebook:
            yield gradebook
    except DatabaseError as error:
        raise GradebookError(
            f"The gradebook {file or url} cannot be used: {error.orig}. {_advice(error)}"
        ) from error


def gradebook_file(url: str) -> Path | None:
    """The file of a gradebook in SQLite, None for other databases.

    Raises:
        GradebookError: it is no database's URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise GradebookError(f"CourseDirectory.db_url is {url!r}, which is no database's URL.") from None
    sqlite = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if sqlite else None


def _make(file: Path, course_id: str) -> None:
    """An empty gradebook, at once or not at all. What a killed attempt left is removed."""
    for old in file.parent.glob(f".{file.name}.*.new*"):
        old.unlink(missing_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with _temporary_files(), Gradebook(f"sqlite:///{fresh}", course_id):
            pass
        fresh.replace(file)
    except (OSError, DatabaseError) as error:
        fresh.unlink(missing_ok=True)
        raise GradebookError(
            f"The gradebook {file} cannot be made: {getattr(error, 'orig', error)}."
        ) from error


@contextmanager
def _temporary_files() -> Iterator[None]:
    """Have nbgrader's temporary files where the next grading finds them, should this one be killed."""
    usual = tempfile.tempdir
    with scratch(SCRATCH) as folder:
        tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = usual


def _patient(url: str) -> str:
    parsed = make_url(url)
    if gradebook_file(url) is not None and "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": str(PATIENCE)})
    return parsed.render_as_string(hide_password=False)


def _advice(error: DatabaseError) -> str:
    """What to do about an error of the database, in a sentence."""
    said = str(error.orig).lower()
    if "locked" in said:
        return "Close other programs that use it (formgrader, another grading), then run the command again."
    if "not a database" in said or "malformed" in said:
        return "Put a backup in its place, or move it away to start a new one."
    if "no such" in said:
        return "Make a copy of it, then run: nbgrader db upgrade"
    return "Check the permissions and the space on the disk, then run the command again."


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
        names = {"notebook": name, "assignment": homework.name, "student": ".", "db_url": _patient(url)}
        try:
            SaveCells().preprocess(notebook, {"nbgrader": names})
        except RuntimeError as error:
            raise GradebookError(
                f"{homework.name}: {error}. Grade the changed homework in a new course folder."
            ) from None
    gradebook.db.expire_all()


def settle_lateness(gradebook: Gradebook, course: Course) -> None:
    """Write due times, extensions and late penalties of all homeworks, as nbgrader keeps them.

    Of all, because a homework that comes in late takes free days away from those after it. To be called
    when scores have changed too: a penalty is never more than the points that there are.

    Raises:
        CourseError: the late policy is wrong.
    """
    policy = read_policy(course)
    found = class_lateness(course, policy)
    for name, terms in policy.terms.items():
        try:
            assignment = gradebook.find_assignment(name)
        except MissingEntry:
            continue
        order = {notebook: number for number, notebook in enumerate(terms.notebooks)}
        assignment.duedate = terms.due.astimezone(UTC).replace(tzinfo=None)
        for submission in assignment.submissions:
            late = found.get(submission.student_id, {}).get(name)
            submission.extension = (policy.due(submission.student_id, name) - terms.due) or None
            notebooks = sorted(submission.notebooks, key=lambda each: order.get(each.name, len(order)))
            scores = [notebook.score for notebook in notebooks]
            for notebook, share in zip(notebooks, split(late.penalty if late else 0.0, scores), strict=True):
                notebook.late_submission_penalty = share or None
    gradebook.db.commit()


def manual_scores(
    gradebook: Gradebook, homework: str, students: Iterable[str]
) -> dict[str, dict[str, tuple[float | None, str | None]]]:
    """Scores and comments that people gave: {student: {grade id: (score or None, comment or None)}}.

    Cells that only hold an answer have comments and no score.
    """
    found: dict[str, dict[str, tuple[float | None, str | None]]] = {}
    for student in students:
        try:
            submission = gradebook.find_submission(homework, student)
        except MissingEntry:
            continue
        comments = {c.name: c.manual_comment for notebook in submission.notebooks for c in notebook.comments}
        scores = {g.name: g.manual_score for notebook in submission.notebooks for g in notebook.grades}
        found[student] = {cell: (scores.get(cell), comments.get(cell)) for cell in {**scores, **comments}}
    return found


def database_url(course: Course) -> str:
    """The gradebook's URL: `CourseDirectory.db_url` of nbgrader_config.py, else gradebook.db in the course."""
    return nbgrader_course(course).db_url


def nbgrader_course(course: Course) -> Any:
    """nbgrader's own view of the course folder, with its configuration loaded.

    Raises:
        CourseError: nbgrader_config.py is broken.
    """
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    try:
        config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
        return CourseDirectory(config=config, root=str(course.root))
    except Exception as error:  # it is a program, which may raise anything
        raise CourseError(
            f"{course.root / CONFIG} cannot be loaded ({type(error).__name__}: {error})."
        ) from error

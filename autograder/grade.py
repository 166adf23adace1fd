"""Grading a class: what is new or changed, in parallel, as often as one likes.

A submission's result is stored first, then its notebooks, then the gradebook; each step is whole or
not done. Killed at any moment and started again, grading goes on where it was.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from autograder.gradebook import (
    Scores,
    ensure_assignment,
    nbgrader_course,
    open_gradebook,
    settle_lateness,
    write_scores,
    written_scores,
)
from autograder.homework import Course, CourseError, Homework
from autograder.judge import SCRATCH, Judge
from autograder.late import read_policy
from autograder.locks import only_grader, sweep
from autograder.marking import mark_notebook
from autograder.results import Note, QuestionResult, SubmissionResult, read_result, write_result
from autograder.sandbox import Sandbox, SandboxUnavailable
from autograder.submission import Merged, released
from autograder.submission.timestamp import handed_in_at, written_timestamp

NOT_IN_NAMES = re.compile(r"^[.\-\s]|\s$|[*?\[\]\\/:\"<>|]")
LONGEST_NAME = 200  # bytes
Progress = Callable[[SubmissionResult, str], None]
GRADED, UNCHANGED, PUBLISHED = "graded", "unchanged", "published"
DIGEST = ".digest"  # in an autograded folder: of the result that it shows


@dataclass(frozen=True)
class ClassGrading:
    """What one run of grading did.

    Attributes:
        results: one per submission, by student.
        graded: students whose code was run; unchanged: those whose stored result still holds.
        refused: folders of `submitted/` that are no submission, with the reason.
    """

    results: tuple[SubmissionResult, ...]
    graded: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def submissions(course: Course, homework: Homework) -> tuple[dict[str, Path], list[tuple[str, str]]]:
    """Folders handed in for a homework, by student, and what was refused with the reason."""
    found: dict[str, Path] = {}
    refused = []
    for parent in sorted(course.submitted.iterdir()) if course.submitted.is_dir() else ():
        name, folder = parent.name, parent / homework.name
        try:
            mode = folder.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            refused.append((_shown(name), f"cannot be read ({error.strerror})"))
            continue
        if parent.is_symlink() or not stat.S_ISDIR(mode):
            refused.append((_shown(name), "is not a plain folder"))
        elif not usable(name):
            refused.append(
                (
                    _shown(name),
                    "is not a usable name: rename the folder, to letters, digits and @ . _ - at best",
                )
            )
        else:
            found[name] = folder
    return found, refused


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def usable(name: str) -> bool:
    """Whether a folder's name can be a student's: in files, patterns, tables and on the terminal."""
    try:
        short = len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False
    return bool(name) and short and name.isprintable() and not NOT_IN_NAMES.search(name)


def grade_class(
    course: Course,
    homework: Homework,
    *,
    students: Iterable[str] | None = None,
    sandbox: str = "auto",
    workers: int | None = None,
    force: bool = False,
    started: Callable[[int], None] = lambda total: None,
    progress: Progress = lambda result, what: None,
) -> ClassGrading:
    """Grade every submission of a homework that is new or changed.

    Args:
        students: grade only these.
        sandbox: "auto", "landlock", "bwrap" or "none".
        workers: submissions at a time; None: one per core.
        force: grade unchanged submissions again too.
        started, progress: told the number of submissions, then each result with what was done.

    Raises:
        CourseError: nothing was handed in, a student is unknown, or the gradebook cannot be used.
        SandboxUnavailable: student code cannot be run safely here.
    """
    found, refused = submissions(course, homework)
    if students is not None:
        wanted = set(students)
        unknown = sorted(wanted - set(found))
        if unknown:
            raise CourseError(f"Nothing was handed in for {homework.name} by {', '.join(unknown)}.")
        found = {name: folder for name, folder in found.items() if name in wanted}
    if not found:
        raise CourseError(
            f"Nothing was handed in for {homework.name}: expected folders like {course.submitted}/STUDENT/{homework.name}."
        )
    nbgrader = nbgrader_course(course)
    done: dict[str, list[str]] = {GRADED: [], UNCHANGED: []}
    results = {}
    with ExitStack() as stack:
        released(homework, course.assignments / homework.name)
        read_policy(course)  # what is wrong with it is said before the work, not after it
        judge = judge_for(course, homework, stack.enter_context(Sandbox(mode=sandbox)))
        stack.enter_context(only_grader(course))
        gradebook = stack.enter_context(open_gradebook(nbgrader.db_url, nbgrader.course_id))
        sweep(SCRATCH)
        ensure_assignment(gradebook, nbgrader.db_url, homework, judge.release)
        written = written_scores(gradebook, homework.name)
        started(len(found))
        for result, what in _parallel(course, judge, found, written, force, workers or os.cpu_count() or 1):
            if what != UNCHANGED:
                write_scores(gradebook, result, _when(found[result.student]))
            results[result.student] = result
            done[GRADED if what == GRADED else UNCHANGED].append(result.student)
            progress(result, what)
        settle_lateness(gradebook, course)
    return ClassGrading(
        tuple(results[name] for name in sorted(results)),
        tuple(sorted(done[GRADED])),
        tuple(sorted(done[UNCHANGED])),
        tuple(refused),
    )


def judge_for(course: Course, homework: Homework, sandbox: Sandbox) -> Judge:
    """The judge of a homework.

    Raises:
        CourseError: the release is missing or damaged, or a question has no check.
    """
    judge = Judge(course, homework, sandbox)
    asked = {check.question for check in judge.checks}
    missing = [q.name for q in homework.questions if q.kind == "checks" and q.name not in asked]
    if missing:
        raise CourseError(
            f"{homework.name}: no check for {', '.join(missing)} in {homework.checks_folder} and hidden/."
        )
    return judge


def _when(submission: Path) -> datetime | None:
    try:
        return handed_in_at(submission)[0]
    except ValueError:
        return None


def _parallel(
    course: Course, judge: Judge, found: dict[str, Path], written: Scores, force: bool, workers: int
) -> Iterator[tuple[SubmissionResult, str]]:
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {
            pool.submit(grade_one, course, judge, folder, name, written.get(name), force): name
            for name, folder in found.items()
        }
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def grade_one(
    course: Course,
    judge: Judge,
    submission: Path,
    student: str,
    written: Mapping[str, float | None] | None = None,
    force: bool = False,
) -> tuple[SubmissionResult, str]:
    """Grade one submission unless its stored result still holds, and write its autograded folder.

    Args:
        written: the machine's scores that the gradebook has of it, by grade id.

    Returns:
        The result and "graded", "published" (a stored result written out again) or "unchanged".
    """
    target = course.autograded / student / judge.homework.name
    try:
        with judge.merged(submission) as merged:
            result, fresh = judged(course, judge, merged, student, force)
            if not fresh and written == scores_of(result) and published(target, result):
                return result, UNCHANGED
            publish(merged, result, target, submission)
            return result, GRADED if fresh else PUBLISHED
    except (SandboxUnavailable, CourseError):
        raise
    except Exception as error:
        return failed(course, judge, student, error), GRADED


def scores_of(result: SubmissionResult) -> dict[str, float | None]:
    """The machine's scores of a submission, by grade id."""
    return {question.grade_id: question.score for question in result.questions}


def judged(
    course: Course, judge: Judge, merged: Merged, student: str, force: bool = False
) -> tuple[SubmissionResult, bool]:
    """The result of a merged submission, from the store where it still holds; and whether it was graded now."""
    stored = read_result(course.root, judge.homework.name, student)
    if stored is not None and not force and stored.digest == judge.digest_of(merged):
        return stored, False
    result = judge.grade(merged, student)
    _store(course, result)
    return result, True


def _store(course: Course, result: SubmissionResult) -> None:
    with _told(course.state):
        write_result(course.root, result)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """An error in writing is no fault of a submission: it ends the grading, with one sentence."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror or error}.") from error


def publish(merged: Merged, result: SubmissionResult, target: Path, submission: Path) -> None:
    """Write `autograded/<student>/<homework>/`: marked notebooks, and the files that counted. Whole or not at all.

    Raises:
        CourseError: it cannot be written.
    """
    with _told(target.parent):
        _publish(merged, result, target, submission)


def _publish(merged: Merged, result: SubmissionResult, target: Path, submission: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(merged.folder, fresh)
    for name, notebook in merged.notebooks.items():
        nbformat.write(mark_notebook(notebook, result), fresh / f"{name}.ipynb")
    written_timestamp(submission, fresh)
    (fresh / DIGEST).write_text(result.digest, encoding="utf-8")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def published(target: Path, result: SubmissionResult) -> bool:
    """Whether an autograded folder is whole and of this result."""
    notebooks = {question.notebook for question in result.questions}
    try:
        return (target / DIGEST).read_text(encoding="utf-8") == result.digest and all(
            (target / f"{name}.ipynb").is_file() for name in notebooks
        )
    except (OSError, UnicodeDecodeError):
        return False


def failed(course: Course, judge: Judge, student: str, error: Exception) -> SubmissionResult:
    """A result for a submission that the grader itself stumbled over: everything is left to people.

    It is stored without a digest, so that the next run tries again.
    """
    log = course.state / "errors" / f"{judge.homework.name}-{student}.txt"
    with _told(log.parent):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), "utf-8", "replace")
    note = Note(
        "alert", ".", f"the grader failed ({type(error).__name__}: {error}); grade by hand. See {log.name}"
    )
    told = Note("error", ".", "could not be graded by the machine; the staff has been told")
    questions: list[Any] = [
        QuestionResult(q.name, q.grade_id, q.notebook, q.title, q.points, None, "manual")
        for q in judge.homework.questions
    ]
    result = SubmissionResult(
        judge.homework.name,
        student,
        "",
        (note, told),
        tuple(questions),
        0.0,
        0.0,
        0.0,
        judge.sandbox.describe(),
    )
    _store(course, result)
    return result

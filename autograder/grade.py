"""Grading a class: what is new or changed, in parallel, as often as one likes.

A submission's result is stored first, then its notebooks, then the gradebook; each step is whole or
not done. Killed at any moment and started again, grading goes on where it was.
"""

from __future__ import annotations

import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.gradebook import (
    ensure_assignment,
    nbgrader_course,
    open_gradebook,
    submitted_students,
    write_scores,
)
from autograder.homework import Course, CourseError, Homework
from autograder.judge import Judge
from autograder.marking import mark_notebook
from autograder.results import Note, QuestionResult, SubmissionResult, read_result, write_result
from autograder.sandbox import Sandbox, SandboxUnavailable
from autograder.submission import Merged

STUDENT_NAME = re.compile(r"[A-Za-z0-9@_][A-Za-z0-9@._-]{0,99}\Z")
Progress = Callable[[SubmissionResult, str], None]
GRADED, UNCHANGED, PUBLISHED = "graded", "unchanged", "published"


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
    for folder in sorted(course.submitted.glob(f"*/{homework.name}")):
        name = folder.parent.name
        if folder.parent.is_symlink() or folder.is_symlink() or not folder.is_dir():
            refused.append((name, "is not a plain folder"))
        elif not STUDENT_NAME.match(name):
            refused.append((name, "is not a usable student name: letters, digits and @ . _ - only"))
        else:
            found[name] = folder
    return found, refused


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
    started(len(found))
    with Sandbox(mode=sandbox) as box, open_gradebook(nbgrader.db_url, nbgrader.course_id) as gradebook:
        judge = Judge(course, homework, box)
        ensure_assignment(gradebook, nbgrader.db_url, homework, judge.release)
        known = submitted_students(gradebook, homework.name)
        for result, what in _parallel(course, judge, found, known, force, workers or os.cpu_count() or 1):
            if what != UNCHANGED:
                timestamp = nbgrader.get_existing_timestamp(str(found[result.student]))
                write_scores(gradebook, result, timestamp)
            results[result.student] = result
            done[GRADED if what == GRADED else UNCHANGED].append(result.student)
            progress(result, what)
    return ClassGrading(
        tuple(results[name] for name in sorted(results)),
        tuple(sorted(done[GRADED])),
        tuple(sorted(done[UNCHANGED])),
        tuple(refused),
    )


def _parallel(
    course: Course, judge: Judge, found: dict[str, Path], known: set[str], force: bool, workers: int
) -> Iterator[tuple[SubmissionResult, str]]:
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {
            pool.submit(grade_one, course, judge, folder, name, known=name in known, force=force): name
            for name, folder in found.items()
        }
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def grade_one(
    course: Course, judge: Judge, submission: Path, student: str, *, known: bool = False, force: bool = False
) -> tuple[SubmissionResult, str]:
    """Grade one submission unless its stored result still holds, and write its autograded folder.

    Args:
        known: whether the gradebook has this submission already.

    Returns:
        The result and "graded", "published" (a stored result written out again) or "unchanged".
    """
    target = course.autograded / student / judge.homework.name
    try:
        with judge.merged(submission) as merged:
            result, fresh = judged(course, judge, merged, student, force)
            if not fresh and known and _published(target, result):
                return result, UNCHANGED
            publish(merged, result, target, submission)
            return result, GRADED if fresh else PUBLISHED
    except (SandboxUnavailable, CourseError):
        raise
    except Exception as error:
        return _failed(course, judge, student, error), GRADED


def judged(
    course: Course, judge: Judge, merged: Merged, student: str, force: bool = False
) -> tuple[SubmissionResult, bool]:
    """The result of a merged submission, from the store where it still holds; and whether it was graded now."""
    stored = read_result(course.root, judge.homework.name, student)
    if stored is not None and not force and stored.digest == judge.digest_of(merged):
        return stored, False
    result = judge.grade(merged, student)
    write_result(course.root, result)
    return result, True


def publish(merged: Merged, result: SubmissionResult, target: Path, submission: Path) -> None:
    """Write `autograded/<student>/<homework>/`: marked notebooks, and the files that counted. Whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(merged.folder, fresh)
    for name, notebook in merged.notebooks.items():
        nbformat.write(mark_notebook(notebook, result), fresh / f"{name}.ipynb")
    with suppress(OSError):
        shutil.copyfile(submission / "timestamp.txt", fresh / "timestamp.txt", follow_symlinks=False)
    (fresh / ".digest").write_text(result.digest, encoding="utf-8")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _published(target: Path, result: SubmissionResult) -> bool:
    try:
        return (target / ".digest").read_text(encoding="utf-8") == result.digest
    except OSError:
        return False


def _failed(course: Course, judge: Judge, student: str, error: Exception) -> SubmissionResult:
    """A result for a submission that the grader itself stumbled over: everything is left to people."""
    log = course.state / "errors" / f"{judge.homework.name}-{student}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    note = Note(
        "alert", ".", f"the grader failed ({type(error).__name__}: {error}); grade by hand. See {log.name}"
    )
    told = Note("error", ".", "could not be graded by the machine; the staff has been told")
    questions: list[Any] = [
        QuestionResult(q.name, q.grade_id, q.notebook, q.title, q.points, None, "manual")
        for q in judge.homework.questions
    ]
    return SubmissionResult(
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

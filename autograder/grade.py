"""Grading a class: what is new or changed, in parallel, as often as one likes.

A submission's result is stored first, then its notebooks, then the gradebook; each step is whole or
not done. Killed at any moment and started again, grading goes on where it was.
"""

from __future__ import annotations

import errno
import os
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import nbformat

from autograder.gradebook import ensure_assignment, nbgrader_course, open_gradebook, settle_lateness
from autograder.homework import Course, CourseError, Homework
from autograder.judge import Judge
from autograder.known import KNOWN, read_known, write_known
from autograder.late import read_policy
from autograder.locks import only_grader
from autograder.marking import mark_notebook
from autograder.results import Note, QuestionResult, SubmissionResult, read_result, write_result
from autograder.sandbox import Sandbox, SandboxUnavailable
from autograder.scores import Graded, Scores, ScoreWriter, written_scores
from autograder.submission import Merged, released
from autograder.submission.timestamp import handed_in_at, written_timestamp
from autograder.submitted import chosen
from autograder.times import StartWitness, Times

J = TypeVar("J", bound=Judge)
Progress = Callable[[SubmissionResult, str], None]
GRADED, UNCHANGED, PUBLISHED = "graded", "unchanged", "published"
OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


@dataclass(frozen=True)
class ClassGrading:
    """What one run of grading did. Results stay on the disk: those of a large class do not fit into memory.

    Attributes:
        root, homework: of which course and homework.
        graded: students whose code was run; unchanged: those whose stored result still holds.
        refused: folders of `submitted/` that are no submission, with the reason.
    """

    root: Path
    homework: str
    graded: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]

    def each(self) -> Iterator[SubmissionResult]:
        """One result per submission, by student."""
        for student in sorted((*self.graded, *self.unchanged)):
            result = read_result(self.root, self.homework, student)
            if result is not None:
                yield result

    @property
    def results(self) -> tuple[SubmissionResult, ...]:
        """All of them at once."""
        return tuple(self.each())


def grade_class(
    course: Course,
    homework: Homework,
    *,
    students: Iterable[str] | None = None,
    sandbox: str = "auto",
    cluster: str | None = None,
    workers: int | None = None,
    force: bool = False,
    times: Times | None = None,
    started: Callable[[int], None] = lambda total: None,
    progress: Progress = lambda result, what: None,
) -> ClassGrading:
    """Grade every submission of a homework that is new or changed.

    Args:
        students: grade only these.
        sandbox: "auto", "landlock", "bwrap" or "none".
        cluster: address of a Dask scheduler whose workers judge; None: this machine does.
        workers: submissions at a time; None: one per core, or what the cluster can take.
        force: grade unchanged submissions again too.
        times: is told where the time goes.
        started, progress: told the number of submissions, then each result with what was done.

    Raises:
        CourseError: nothing was handed in, a student is unknown, or the gradebook or the cluster cannot be used.
        SandboxUnavailable: student code cannot be run safely here.
    """
    found, refused = chosen(course, homework, students)
    nbgrader = nbgrader_course(course)
    times = times or Times()
    done: dict[str, list[str]] = {GRADED: [], UNCHANGED: []}
    with ExitStack() as stack:
        released(homework, course.assignments / homework.name)
        read_policy(course)  # what is wrong with it is said before the work, not after it
        judge, most = stack.enter_context(_opened(course, homework, sandbox, cluster))
        stack.enter_context(only_grader(course))
        gradebook = stack.enter_context(open_gradebook(nbgrader.db_url, nbgrader.course_id))
        ensure_assignment(gradebook, nbgrader.db_url, homework, judge.release)
        grader = _Grader(course, judge, written_scores(gradebook, homework.name), force, times)
        writer = ScoreWriter(gradebook, partial(_remember, course))
        started(len(found))
        for result, what in _parallel(grader, found, workers or most):
            if what != UNCHANGED:
                with times.stage("gradebook"):
                    writer.add(_waiting(course, result, found[result.student]))
            done[GRADED if what == GRADED else UNCHANGED].append(result.student)
            progress(result, what)
        with times.stage("gradebook"):
            writer.flush()
            settle_lateness(gradebook, course)
    return ClassGrading(
        course.root,
        homework.name,
        tuple(sorted(done[GRADED])),
        tuple(sorted(done[UNCHANGED])),
        tuple(refused),
    )


@contextmanager
def _opened(
    course: Course, homework: Homework, sandbox: str, cluster: str | None
) -> Iterator[tuple[Judge, int]]:
    """The judge, and how many submissions it can take at a time."""
    if cluster is None:
        with Sandbox(mode=sandbox) as walls:
            yield judge_for(course, homework, walls), os.cpu_count() or 1
    else:
        from autograder.cluster import cluster_judge  # needs Dask, which is optional

        with cluster_judge(course, homework, sandbox, cluster) as (judge, most):
            yield complete(judge), most


def judge_for(course: Course, homework: Homework, sandbox: Sandbox) -> Judge:
    """The judge of a homework.

    Raises:
        CourseError: the release is missing or damaged, or a question has no check.
    """
    return complete(Judge(course, homework, sandbox))


def complete(judge: J) -> J:
    """A judge that has a check for every question.

    Raises:
        CourseError: it has not.
    """
    homework = judge.homework
    asked = {check.question for check in judge.checks}
    missing = [q.name for q in homework.questions if q.kind == "checks" and q.name not in asked]
    if missing:
        raise CourseError(
            f"{homework.name}: no check for {', '.join(missing)} in {homework.checks_folder} and hidden/."
        )
    return judge


def _waiting(course: Course, result: SubmissionResult, submission: Path) -> Graded:
    known = read_known(course.autograded / result.student / result.homework)
    return Graded(result, _when(submission), known.questions)


def _remember(course: Course, result: SubmissionResult) -> None:
    """A result is in the gradebook; one without a digest is to be tried again."""
    folder = course.autograded / result.student / result.homework
    if result.digest:
        with _told(folder):
            write_known(folder, result)


def _when(submission: Path) -> datetime | None:
    try:
        return handed_in_at(submission)[0]
    except ValueError:
        return None


@dataclass(frozen=True)
class _Grader:
    """Grades submissions, each by itself: what the threads of a grading have in common."""

    course: Course
    judge: Judge
    written: Scores
    force: bool
    times: Times

    def grade(self, student: str, submission: Path) -> tuple[SubmissionResult, str]:
        """Grade a submission unless its stored result still holds, and write its autograded folder.

        Returns:
            The result and "graded", "published" (a stored result written out again) or "unchanged".
        """
        judge, stage = self.judge, self.times.stage
        target = self.course.autograded / student / judge.homework.name
        try:
            with ExitStack() as stack:
                with stage("merge"):
                    merged = stack.enter_context(judge.merged(submission))
                result, fresh = judged(self.course, judge, merged, student, self.force, self.times)
                written = self.written.get(student)
                if not fresh and written == result.scores() and published(target, result):
                    return result, UNCHANGED
                with stage("notebooks"):
                    publish(merged, result, target, submission)
                return result, GRADED if fresh else PUBLISHED
        except (SandboxUnavailable, CourseError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
                raise CourseError(
                    f"Grading stopped at {student}: {error.strerror}. Make room, then run the command again."
                ) from error
            return failed(self.course, judge, student, error), GRADED


def _parallel(
    grader: _Grader, found: dict[str, Path], workers: int
) -> Iterator[tuple[SubmissionResult, str]]:
    """Grade in threads; no more is begun than can be worked on, so that results do not pile up."""
    waiting = iter(found.items())
    running: set[Future[tuple[SubmissionResult, str]]] = set()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            while True:
                more = islice(waiting, 2 * workers - len(running))
                running |= {pool.submit(grader.grade, name, folder) for name, folder in more}
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def judged(
    course: Course,
    judge: Judge,
    merged: Merged,
    student: str,
    force: bool = False,
    times: Times | None = None,
) -> tuple[SubmissionResult, bool]:
    """The result of a merged submission, from the store where it still holds; and whether it was graded now."""
    stored = None if force else read_result(course.root, judge.homework.name, student)
    if stored is not None and stored.digest == judge.digest_of(merged):
        return stored, False
    times = times or Times()
    with times.stage("judge"):
        result = judge.grade(merged, student, witness=StartWitness(times), earlier=stored)
    times.ran(result.cpu_seconds, result.peak_memory_mb)
    with times.stage("notebooks"):
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

    It counts as published once the gradebook has the result, too: see `autograder.known`.

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
    shutil.copymode(target.parent, fresh)  # the merged one is for its owner alone
    for name, notebook in merged.notebooks.items():
        nbformat.write(mark_notebook(notebook, result), fresh / f"{name}.ipynb")
    written_timestamp(submission, fresh)
    with suppress(FileNotFoundError):
        shutil.copyfile(target / KNOWN, fresh / KNOWN)  # as long as the gradebook knows no more
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def published(target: Path, result: SubmissionResult) -> bool:
    """Whether an autograded folder is whole, and the gradebook and it are of this result."""
    notebooks = {question.notebook for question in result.questions}
    return read_known(target).result == result.digest and all(
        (target / f"{name}.ipynb").is_file() for name in notebooks
    )


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

"""The judge: asks a sandboxed submission questions, and decides by itself what the answers are worth."""

from __future__ import annotations

import hashlib
import time
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbgrader.utils import compute_checksum

from autograder.homework import Course, CourseError, Homework, Question
from autograder.results import ALERT, MANUAL, NO_RESPONSE, Note, QuestionResult, SubmissionResult
from autograder.sandbox import Sandbox, SandboxUnavailable, Worker
from autograder.sandbox.scratch import SCRATCH, scratch
from autograder.submission import Merged, RunCell, merge
from autograder.submission.notebook import ADDED
from autograder.witness import Witness
from labkit.checks import Check, Finding, Outcome, StudentError, load_checks
from labkit.checks.run import blame, run_check, settle

CELL_SECONDS = 20.0
ADDED_SECONDS = 30.0
SUBMISSION_SECONDS = 240.0
MOST_TIMEOUTS = 2
MOST_NOTES = 200
HURRIED_SECONDS = 5.0  # per check, once a check of the submission has run out of time
FATAL = ("timeout", "memory", "crash", "exit", "wire")


@dataclass
class _Session:
    """One submission's sandbox: a worker that is replaced when the student's code ends it."""

    sandbox: Sandbox
    merged: Merged
    witness: Witness = field(default_factory=Witness)
    wall_seconds: float | None = None  # None: no limit but that of the student's own time
    started: float = field(default_factory=time.monotonic)
    worker: Worker | None = None
    notes: list[Note] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    timeouts: Counter[str] = field(default_factory=Counter)  # by question
    secret: bool = False  # hidden checks have begun: student code may know what they ask
    seconds: float = 0.0
    waited: float = 0.0
    peak: float = 0.0
    added: float = 0.0
    broken: SandboxUnavailable | None = None  # no worker could be started, perhaps while a check was running
    killed: bool = False  # a worker was, from outside: the submission need not be the reason

    @property
    def late(self) -> bool:
        """Whether the submission has had all the time that there is for one."""
        if self.wall_seconds is not None:
            return time.monotonic() - self.started > self.wall_seconds
        return self.waited + (self.worker.waited() if self.worker else 0.0) > SUBMISSION_SECONDS

    def ready(self, seconds: float) -> Worker:
        """A living worker with a new budget of processor time."""
        if self.worker is None or not self.worker.alive:
            self.close()
            try:
                self.worker = self.sandbox.worker(self.merged.folder, modules=self.merged.modules)
            except SandboxUnavailable as error:
                self.broken = error
                raise
            self.filled = set()
            self.witness.worker(self.worker)
        self.worker.begin(cpu_seconds=seconds)
        return self.worker

    def close(self) -> None:
        if self.worker is not None:
            if self.worker.death is not None and self.worker.death.kind == "wire":
                self.notes.append(
                    Note(ALERT, ".", f"its process spoke out of turn: {self.worker.death.message}")
                )
            usage = self.worker.usage()
            self.seconds += usage.cpu_seconds
            self.waited += self.worker.waited()
            self.peak = max(self.peak, usage.peak_memory_mb)
            self.killed = self.killed or self.worker.killed
            self.worker.close()
            self.worker = None

    def fill(self, notebook: str, seconds: float) -> Worker:
        """Run a notebook's cells, so that its functions are there. A cell that ends the worker is left out."""
        while True:
            worker = self.ready(seconds)
            if notebook in self.filled:
                return worker
            if self._run(worker, notebook):
                self.filled.add(notebook)
                worker.begin(cpu_seconds=seconds)
                return worker

    def _run(self, worker: Worker, notebook: str) -> bool:
        for cell in self.merged.run_cells(notebook):
            if cell.id in self.skipped:
                continue
            left = ADDED_SECONDS - self.added if cell.origin == ADDED else CELL_SECONDS
            if left <= 0 or self.late:
                self._skip(notebook, cell, "was not run: the cells before it took all the time there is")
                continue
            outcome = worker.run_cell(notebook, cell.source, cpu_seconds=left, label=f"cell {cell.id}")
            self.added += outcome.cpu_seconds if cell.origin == ADDED else 0.0
            self.witness.cell(notebook, cell, outcome)
            if outcome.error is not None:
                if not worker.alive:
                    self._skip(notebook, cell, f"ended the run ({outcome.error.message}) and was left out")
                    return False
                if outcome.error.kind != "not written" and not self.secret:
                    self._note(notebook, cell, f"raised {outcome.error}")
        return True

    def _skip(self, notebook: str, cell: RunCell, reason: str) -> None:
        self.skipped.add(cell.id)
        self.witness.left_out(notebook, cell, reason)
        self._note(notebook, cell, reason)

    def _note(self, notebook: str, cell: RunCell, reason: str) -> None:
        note = Note("error", f"{notebook}.ipynb", f"the cell {reason}", cell.id)
        if note not in self.notes:
            self.notes.append(note)


class _JudgedStudent:
    """The `student` of one check: looks up modules and notebook functions when the check asks for them."""

    def __init__(self, session: _Session, notebook: str, seconds: float) -> None:
        self._session, self._notebook, self._seconds = session, notebook, seconds
        self._remote = session.ready(seconds).student(notebook)

    @property
    def notebook(self) -> Any:
        self._remote = self._session.fill(self._notebook, self._seconds).student(self._notebook)
        return self._remote.notebook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._remote, name)


class Judge:
    """Grades submissions of one homework.

    Args:
        course, homework: where the release and the checks are.
        sandbox: where student code runs.
        wall_seconds: what a submission may take, whatever else the machine does (Gradescope stops it then);
            None: only the time that its own code takes counts.

    Raises:
        CourseError: the homework has no release yet, or its checks are broken.
    """

    def __init__(
        self, course: Course, homework: Homework, sandbox: Sandbox, wall_seconds: float | None = None
    ) -> None:
        self.homework = homework
        self.sandbox = sandbox
        self.wall_seconds = wall_seconds
        self.release = course.assignments / homework.name
        if not all((self.release / f"{name}.ipynb").is_file() for name in homework.notebooks):
            raise CourseError(
                f"{homework.name} has not been released: {self.release} is missing or incomplete. "
                f"Run: autograder release {homework.name}"
            )
        self.checks = load_checks(homework.checks_folder) + load_checks(homework.hidden_folder, hidden=True)
        self.seed = _seed(homework)
        self.digest = _digest(self.release, homework.checks_folder, homework.hidden_folder)

    @contextmanager
    def merged(self, submission: Path) -> Iterator[Merged]:
        """A submission merged with the release, in a folder of its own that is gone afterwards.

        Args:
            submission: the folder that was handed in.
        """
        with scratch(SCRATCH) as folder:
            yield merge(submission, self.homework, self.release, folder)

    def grade(
        self,
        merged: Merged,
        student: str,
        only: Collection[str] | None = None,
        witness: Witness | None = None,
    ) -> SubmissionResult:
        """Grade one submission. Whatever it holds, a result comes of it.

        Where a worker or the sandbox's template was killed from outside, it is graded once more.

        Args:
            merged: from `merged`.
            student: name for the result.
            only: names of the questions whose checks are run; None for all.
            witness: is told what happens.

        Raises:
            SandboxUnavailable: student code cannot be run safely here.
        """
        untouched = tuple(_untouched(merged))
        for last in (False, True):
            session = _Session(self.sandbox, merged, witness or Witness(), self.wall_seconds)
            try:
                found = self._found(session, self._asked(only), untouched)
            except SandboxUnavailable:
                if last:
                    raise
                continue
            finally:
                session.close()
            if not session.killed:
                break
        return SubmissionResult(
            homework=self.homework.name,
            student=student,
            digest=self.digest_of(merged),
            notes=_capped((*merged.notes, *merged.alerts(), *session.notes)),
            questions=self._results(self._asked(only), found, untouched),
            seconds=round(time.monotonic() - session.started, 3),
            cpu_seconds=round(session.seconds, 3),
            peak_memory_mb=round(session.peak, 1),
            sandbox=self.sandbox.describe(),
            untouched=untouched,
        )

    def first_failure(self, merged: Merged, questions: Collection[str]) -> tuple[str, Outcome] | None:
        """The first check that does not pass, with its question, or None where all pass. Nothing is scored.

        Args:
            merged: from `merged`.
            questions: names of the questions whose checks are run, in this order.
        """
        session = _Session(self.sandbox, merged, Witness(), self.wall_seconds)
        try:
            for name in questions:
                for check in (check for check in self.checks if check.question == name):
                    outcome = self._run(session, self.homework.question(name), check)
                    if not outcome.passed:
                        return name, outcome
        finally:
            session.close()
        return None

    def digest_of(self, merged: Merged) -> str:
        """The hash that a result is stored under: of the submission, the checks and the release."""
        return hashlib.sha256(f"{merged.digest} {self.digest}".encode()).hexdigest()

    def _asked(self, only: Collection[str] | None) -> dict[str, list[Check]]:
        """The checks that are to be run, by question."""
        return {
            question.name: [check for check in self.checks if check.question == question.name]
            for question in self.homework.questions
            if only is None or question.name in only
        }

    def _found(
        self, session: _Session, asked: dict[str, list[Check]], untouched: tuple[str, ...]
    ) -> dict[Check, Outcome]:
        """Run the checks. No public one, whose values are shown, runs after a hidden one."""
        self._load_modules(session)
        found: dict[Check, Outcome] = {}
        for hidden in (False, True):
            session.secret = hidden
            for name, checks in asked.items():
                question = self.homework.question(name)
                for check in (check for check in checks if check.hidden == hidden):
                    found[check] = self._run(session, question, check)
                    session.witness.ended(check, found[check], lambda: self._results(asked, found, untouched))
        return found

    def _results(
        self, asked: dict[str, list[Check]], found: Mapping[Check, Outcome], untouched: tuple[str, ...]
    ) -> tuple[QuestionResult, ...]:
        """All questions, as far as their checks have been run."""
        settled = {
            name: settle((found.get(check) or _not_run(check) for check in checks), checks)
            for name, checks in asked.items()
            if checks
        }

        def failed(name: str) -> bool:
            return not all(outcome.passed for outcome in settled.get(name, ()))

        for name, checks in asked.items():
            if checks:
                settled[name] = blame(settled[name], checks, failed)
        return tuple(
            self._question(question, settled.get(question.name, ()), untouched)
            for question in self.homework.questions
        )

    def _load_modules(self, session: _Session) -> None:
        for name in session.merged.modules:
            try:
                getattr(session.ready(CELL_SECONDS).student(), name)
                session.witness.module(name, None)
            except StudentError as error:
                session.witness.module(name, str(error))
                place = f" at line {error.frames[-1][1]}" if error.frames else ""
                session.notes.append(Note("error", f"nndl/{name}.py", f"does not load{place}: {error}"))

    def _run(self, session: _Session, question: Question, check: Check) -> Outcome:
        waits = 1 if set(check.after) & session.slow else 0
        if session.timeouts[question.name] + waits >= MOST_TIMEOUTS or session.late:
            return _not_run(check)
        seconds = min(check.seconds, HURRIED_SECONDS) if session.slow else check.seconds
        session.witness.begins(check, seconds)
        outcome = run_check(check, _JudgedStudent(session, question.notebook, seconds), self.seed)
        if session.broken is not None:  # no fault of the submission, which the check takes it for
            raise session.broken
        if outcome.status == "timeout":
            session.timeouts[question.name] += 1
            session.slow.add(question.name)
        return outcome

    def _question(
        self, question: Question, outcomes: tuple[Outcome, ...], untouched: tuple[str, ...]
    ) -> QuestionResult:
        made = QuestionResult(
            name=question.name,
            grade_id=question.grade_id,
            notebook=question.notebook,
            title=question.title,
            points=question.points,
            score=None,
            status=MANUAL,
            outcomes=outcomes,
        )
        if question.kind == MANUAL:
            return replace(made, score=0.0, status=NO_RESPONSE) if question.grade_id in untouched else made
        weight = sum(outcome.weight for outcome in outcomes)
        share = sum(outcome.weight * outcome.credit for outcome in outcomes) / weight if weight else 0.0
        return replace(made, score=round(question.points * share, 4), status=_status(outcomes))


def _untouched(merged: Merged) -> Iterator[str]:
    """Grade ids of the solution cells that are as they were given out."""
    for notebook in merged.notebooks.values():
        for cell in notebook.cells:
            labels = cell.metadata.get("nbgrader", {})
            if labels.get("solution") and labels.get("checksum") == compute_checksum(cell):
                yield str(labels["grade_id"])


def _status(outcomes: tuple[Outcome, ...]) -> str:
    if all(outcome.passed for outcome in outcomes):
        return "passed"
    if any(outcome.credit > 0 for outcome in outcomes):
        return "partial"
    if all(outcome.status == "not written" for outcome in outcomes):
        return "not written"
    return "failed"


def _capped(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    if len(notes) <= MOST_NOTES:
        return notes
    notes = tuple(sorted(notes, key=lambda note: (note.kind != ALERT, note.kind == "ignored")))
    return (*notes[:MOST_NOTES], Note("ignored", "…", f"and {len(notes) - MOST_NOTES} more remarks"))


def _not_run(check: Check) -> Outcome:
    finding = Finding("", "Not run: the checks before this one took all the time there is.")
    return Outcome(check.title, "timeout", 0.0, check.weight, check.hidden, 0.0, (finding,))


def _seed(homework: Homework) -> int:
    path = homework.hidden_folder / "judge.toml"
    return int(tomllib.loads(path.read_text(encoding="utf-8"))["seed"]) if path.is_file() else 1


def _digest(*folders: Path) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()

"""The judge: asks a sandboxed submission questions, and decides by itself what the answers are worth."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nbgrader.utils import compute_checksum

from autograder.digests import answer_digest, check_digests, files_digest, text_digest
from autograder.homework import EQUIVALENT, Course, CourseError, Homework, Question
from autograder.results import ALERT, MANUAL, NO_RESPONSE, Note, QuestionResult, SubmissionResult
from autograder.sandbox import Sandbox, SandboxUnavailable
from autograder.sandbox.scratch import SCRATCH, scratch
from autograder.session import CELL_SECONDS, JudgedStudent, Session
from autograder.submission import Merged, merge
from autograder.witness import Witness
from labkit.checks import Check, Finding, Outcome, StudentError, load_checks
from labkit.checks.run import blame, run_check, settle

MOST_TIMEOUTS = 2
MOST_NOTES = 200
HURRIED_SECONDS = 5.0  # per check, once a check of the submission has run out of time


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
        self._given = text_digest(
            files_digest(self.release, "checks"), files_digest(homework.hidden_folder, ".py", EQUIVALENT)
        )
        self._code = check_digests(self.checks)

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
        earlier: SubmissionResult | None = None,
    ) -> SubmissionResult:
        """Grade one submission. Whatever it holds, a result comes of it.

        Where a worker or the sandbox's template was killed from outside, it is graded once more.

        Args:
            merged: from `merged`.
            student: name for the result.
            only: names of the questions whose checks are run; None for all.
            witness: is told what happens.
            earlier: its last result; questions that still hold there are not asked again.

        Raises:
            SandboxUnavailable: student code cannot be run safely here.
        """
        untouched = tuple(_untouched(merged))
        kept = self._kept(merged, earlier)
        asked = {name: checks for name, checks in self._asked(only).items() if name not in kept}
        for last in (False, True):
            session = Session(self.sandbox, merged, witness or Witness(), self.wall_seconds)
            try:
                found = self._found(session, asked, kept, untouched)
            except SandboxUnavailable:
                if last:
                    raise
                continue
            finally:
                session.close()
            if not session.killed:
                break
        result = SubmissionResult(
            homework=self.homework.name,
            student=student,
            digest=self.digest_of(merged),
            notes=_capped((*merged.notes, *merged.alerts(), *session.notes)),
            questions=tuple(
                replace(
                    each,
                    digest=self._digest_of(merged, each.name)
                    or answer_digest(merged.notebooks[each.notebook], each.grade_id),
                )
                for each in self._results(asked, kept, found, untouched)
            ),
            seconds=round(time.monotonic() - session.started, 3),
            cpu_seconds=round(session.seconds, 3),
            peak_memory_mb=round(session.peak, 1),
            sandbox=self.sandbox.describe(),
            untouched=untouched,
        )
        return _joined(result, earlier) if kept and earlier else result

    def first_failure(self, merged: Merged, questions: Collection[str]) -> tuple[str, Outcome] | None:
        """The first check that does not pass, with its question, or None where all pass. Nothing is scored.

        Args:
            merged: from `merged`.
            questions: names of the questions whose checks are run, in this order.
        """
        session = Session(self.sandbox, merged, Witness(), self.wall_seconds)
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
        return text_digest(merged.digest, self._given, *self._code.values())

    def _digest_of(self, merged: Merged, question: str) -> str:
        """The same for one question, or "" for one that has no checks."""
        return text_digest(merged.digest, self._given, self._code[question]) if question in self._code else ""

    def _kept(self, merged: Merged, earlier: SubmissionResult | None) -> dict[str, QuestionResult]:
        """The questions of an earlier result that would be answered and judged the same; none if time ran out then."""
        if earlier is None or any(o.status == "timeout" for q in earlier.questions for o in q.outcomes):
            return {}
        return {
            question.name: question
            for question in earlier.questions
            if question.digest and question.digest == self._digest_of(merged, question.name)
        }

    def _asked(self, only: Collection[str] | None) -> dict[str, list[Check]]:
        """The checks that are to be run, by question."""
        return {
            question.name: [check for check in self.checks if check.question == question.name]
            for question in self.homework.questions
            if only is None or question.name in only
        }

    def _found(
        self,
        session: Session,
        asked: dict[str, list[Check]],
        kept: Mapping[str, QuestionResult],
        untouched: tuple[str, ...],
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
                    session.witness.ended(
                        check, found[check], lambda: self._results(asked, kept, found, untouched)
                    )
        return found

    def _results(
        self,
        asked: dict[str, list[Check]],
        kept: Mapping[str, QuestionResult],
        found: Mapping[Check, Outcome],
        untouched: tuple[str, ...],
    ) -> tuple[QuestionResult, ...]:
        """All questions, as far as their checks have been run; those that are kept as they are."""
        settled = {
            name: settle((found.get(check) or _not_run(check) for check in checks), checks)
            for name, checks in asked.items()
            if checks
        }

        def failed(name: str) -> bool:
            outcomes = kept[name].outcomes if name in kept else settled.get(name, ())
            return not all(outcome.passed for outcome in outcomes)

        for name, checks in asked.items():
            if checks:
                settled[name] = blame(settled[name], checks, failed)
        return tuple(
            kept.get(question.name) or self._question(question, settled.get(question.name, ()), untouched)
            for question in self.homework.questions
        )

    def _load_modules(self, session: Session) -> None:
        for name in session.merged.modules:
            try:
                getattr(session.ready(CELL_SECONDS).student(), name)
                session.witness.module(name, None)
            except StudentError as error:
                session.witness.module(name, str(error))
                place = f" at line {error.frames[-1][1]}" if error.frames else ""
                session.notes.append(Note("error", f"nndl/{name}.py", f"does not load{place}: {error}"))

    def _run(self, session: Session, question: Question, check: Check) -> Outcome:
        waits = 1 if set(check.after) & session.slow else 0
        if session.timeouts[question.name] + waits >= MOST_TIMEOUTS or session.late:
            return _not_run(check)
        seconds = min(check.seconds, HURRIED_SECONDS) if session.slow else check.seconds
        session.witness.begins(check, seconds)
        outcome = run_check(check, JudgedStudent(session, question.notebook, seconds), self.seed)
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


def _joined(result: SubmissionResult, earlier: SubmissionResult) -> SubmissionResult:
    """The result of a grading that asked again only some of the questions of an earlier one."""
    return replace(
        result,
        notes=_capped((*result.notes, *(note for note in earlier.notes if note not in result.notes))),
        seconds=max(result.seconds, earlier.seconds),
        cpu_seconds=max(result.cpu_seconds, earlier.cpu_seconds),
        peak_memory_mb=max(result.peak_memory_mb, earlier.peak_memory_mb),
    )

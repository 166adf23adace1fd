"""Judging mutants, several at a time: which of them lose points, and by what."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.homework import CHECKS, EQUIVALENT, Course, CourseError, Homework
from autograder.judge import Judge
from autograder.mutants.generate import Mutant
from autograder.results import ResultError
from autograder.sandbox import Sandbox
from autograder.submission import Merged
from autograder.validate import copy_solution
from labkit.checks import Outcome

KILLED, ELSEWHERE, SURVIVED, SAME = "killed", "killed elsewhere", "survived", "equivalent"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        kind: "killed" by a check of the question that its region answers; "killed elsewhere" by another question
            only; "survived"; or "equivalent", as a person has said.
        question, outcome: the first check that failed.
        reason: why it is equivalent.
    """

    kind: str
    question: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None

    @property
    def diagnosis(self) -> str | None:
        """The code of the mistake that the failing check names first, if it names one."""
        findings = self.outcome.findings if self.outcome else ()
        return next((finding.mistake for finding in findings if finding.mistake), None)


def equivalents(homework: Homework) -> dict[tuple[str, str, str], str]:
    """{key of a mutant: why it computes the same}, from hidden/equivalent.toml.

    An entry speaks of one line `before` and of one line `after`, or of a list of them.

    Raises:
        CourseError: the file cannot be read, or an entry has no reason.
    """
    path = homework.hidden_folder / EQUIVALENT
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
        found = {
            (entry["region"], entry["before"], after): entry["reason"]
            for entry in entries
            for after in ([entry["after"]] if isinstance(entry["after"], str) else entry["after"])
        }
    except (KeyError, TypeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(
            f"{path}: each [[mutant]] needs region, before, after and reason ({error})."
        ) from error
    if not all(isinstance(reason, str) and reason.strip() for reason in found.values()):
        raise CourseError(f"{path}: every equivalent mutant needs a reason.")
    return found


def judged(
    course: Course,
    homework: Homework,
    mutants: tuple[Mutant, ...],
    *,
    sandbox: str = "auto",
    workers: int = 0,
) -> Iterator[tuple[Mutant, Verdict]]:
    """Each mutant with its verdict, in order; several are judged at a time.

    Raises:
        CourseError: no release, or a broken list of equivalent mutants.
        SandboxUnavailable: code cannot be run safely here.
        ResultError: the solution itself does not pass.
    """
    known = equivalents(homework)
    with ExitStack() as stack:
        judge = Judge(course, homework, stack.enter_context(Sandbox(mode=sandbox)))
        place = Path(stack.enter_context(TemporaryDirectory(prefix="mutants-")))
        copy_solution(homework, judge.release, place / homework.name)
        merged = stack.enter_context(judge.merged(place / homework.name))
        asked = _asked(judge)
        own = {question for mutant in mutants for question in mutant.questions}
        _assert_passing(judge, merged, [question for question in asked if question in own])

        def verdict(mutant: Mutant) -> Verdict:
            if mutant.key in known:
                return Verdict(SAME, reason=known[mutant.key])
            with _mutated(merged, mutant) as changed:
                here = [question for question in asked if question in mutant.questions]
                others = [question for question in asked if question not in mutant.questions]
                for kind, questions in ((KILLED, here), (ELSEWHERE, others)):
                    failed = judge.first_failure(changed, questions)
                    if failed is not None:
                        return Verdict(kind, *failed)
            return Verdict(SURVIVED)

        with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
            yield from zip(mutants, pool.map(verdict, mutants), strict=True)


def _asked(judge: Judge) -> tuple[str, ...]:
    """Names of the machine-graded questions that the solution's code answers; saved files are not its own."""
    saved = {check.question for check in judge.checks if check.on_file}
    return tuple(
        question.name
        for question in judge.homework.questions
        if question.kind == CHECKS and question.name not in saved
    )


def _assert_passing(judge: Judge, merged: Merged, questions: list[str]) -> None:
    failed = judge.first_failure(merged, questions)
    if failed is not None:
        raise ResultError(
            f"The solution of {judge.homework.name} fails {failed[0]}, {failed[1].title!r}: "
            f"run autograder validate {judge.homework.name} first."
        )


class _mutated:
    """A copy of the merged solution with the mutant in its place."""

    def __init__(self, merged: Merged, mutant: Mutant) -> None:
        self.merged, self.mutant = merged, mutant
        self.place = TemporaryDirectory(prefix="mutant-")

    def __enter__(self) -> Merged:
        folder = Path(self.place.__enter__()) / "work"
        shutil.copytree(self.merged.folder, folder)
        notebooks = dict(self.merged.notebooks)
        if self.mutant.cell is None:
            (folder / self.mutant.file).write_text(self.mutant.source, encoding="utf-8")
        else:
            name = self.mutant.file.removesuffix(".ipynb")
            notebooks[name] = notebooks[name].copy()
            notebooks[name]["cells"] = [self._cell(cell) for cell in notebooks[name].cells]
        return replace(self.merged, folder=folder, notebooks=notebooks)

    def _cell(self, cell):  # type: ignore[no-untyped-def]
        if cell.metadata.get("nbgrader", {}).get("grade_id") != self.mutant.cell:
            return cell
        changed = cell.copy()
        changed["source"] = self.mutant.source
        return changed

    def __exit__(self, *exception: object) -> None:
        self.place.__exit__(None, None, None)

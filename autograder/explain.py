"""Everything the judge did with one submission, as text for staff: `autograder grade hw2 --student ada --explain`.

It names hidden checks, what they asked and what they expected. It is never for students.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.homework import Course, Homework
from autograder.judge import Judge
from autograder.late import lateness_of
from autograder.results import QuestionResult, SubmissionResult
from autograder.sandbox import CellOutcome, Sandbox, Worker, is_remote, type_name
from autograder.sandbox import messages as m
from autograder.sandbox.wire import unpack_plain
from autograder.submission import Merged, RunCell
from autograder.submission.timestamp import handed_in_at
from autograder.submitted import chosen
from autograder.witness import SoFar, Witness
from labkit.checks import Check, Outcome, StudentError
from labkit.checks import terminal as report_text
from labkit.checks.kept import kept_object
from labkit.printing.files import write_text
from labkit.printing.text import clean_terminal

FIRST, LAST = 12, 3  # calls of a check that are written out
WIDTH = 120  # characters of a value
MOST_OUTPUT = 2000


@dataclass
class _Calls:
    """What one check asked of the student's code: the first calls, the last ones, and how many there were."""

    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: str) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(line)
        else:
            self.last = [*self.last[-LAST + 1 :], line]

    def lines(self) -> Iterator[str]:
        yield from self.first
        left = self.count - len(self.first) - len(self.last)
        if left:
            yield f"… {left} more calls …"
        yield from self.last


@dataclass
class _Account(Witness):
    """Writes down what it is told."""

    workers: int = 0
    modules: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    calls: _Calls = field(default_factory=_Calls)
    names: dict[int, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    allowed: float = 0.0

    def worker(self, worker: Worker) -> None:
        self.workers += 1
        self.names, self.kinds = {}, Counter()
        worker.listener = self._heard

    def module(self, name: str, problem: str | None) -> None:
        self.modules.append(f"nndl/{name}.py: {problem or 'loaded'}")

    def cell(self, notebook: str, cell: RunCell, outcome: CellOutcome) -> None:
        state = "ran" if outcome.error is None else f"raised {outcome.error}"
        self.cells.append(f"{notebook}, cell {cell.id} ({cell.origin}), {outcome.cpu_seconds:.2f} s: {state}")
        if outcome.output:
            self.cells += [f"    | {line}" for line in outcome.output[:MOST_OUTPUT].splitlines()]

    def left_out(self, notebook: str, cell: RunCell, reason: str) -> None:
        self.cells.append(f"{notebook}, cell {cell.id} ({cell.origin}): {reason}")

    def begins(self, check: Check, seconds: float) -> None:
        self.calls, self.allowed = _Calls(), seconds

    def ended(self, check: Check, outcome: Outcome, so_far: SoFar) -> None:
        kinds = ["hidden" if check.hidden else "public", *(k for k in ("side", "gate") if getattr(check, k))]
        self.checks += [
            "",
            f"{report_text.mark(outcome)} {check.question} · {check.name} ({', '.join(kinds)}): {check.title}",
            f"    {outcome.status}, {outcome.credit:.0%} of weight {check.weight:g}; the judge's own time "
            f"{outcome.seconds:.2f} s; the student's code may take {self.allowed:g} s",
        ]
        self.checks += [f"    > {line}" for line in self.calls.lines()]
        for finding in outcome.findings:
            self.checks += [f"    ! {line}" for line in report_text.lines_of(finding)]
        self.calls = _Calls()

    def _heard(self, operation: m.Operation, value: Any) -> None:
        said = self._operation(operation)
        if isinstance(value, StudentError):
            self.calls.add(f"{said} raised {value}")
            return
        there = kept_object(value)
        if is_remote(there):
            handle = object.__getattribute__(there, "_autograder_handle").id
            self.names[handle] = (
                said if isinstance(operation, m.Module | m.Notebook | m.Get) else self._new(there)
            )
        if not isinstance(operation, m.Module | m.Notebook | m.Get | m.Cell):
            self.calls.add(f"{said} → {self._value(value)}")

    def _new(self, value: object) -> str:
        kind = type_name(value)
        self.kinds[kind] += 1
        return f"<{kind} {self.kinds[kind]}>"

    def _operation(self, operation: m.Operation) -> str:
        target = self.names.get(getattr(operation, "target", -1), "an object")
        match operation:
            case m.Module() | m.Notebook() | m.Saved():
                return f"saved({operation.name!r})" if isinstance(operation, m.Saved) else operation.name
            case m.Get():
                return f"{target}.{operation.name}"
            case m.Call():
                named = [f"{name}={self._argument(value)}" for name, value in operation.kwargs.items()]
                return f"{target}({', '.join([*map(self._argument, operation.args), *named])})"
            case m.Set():
                return f"{target}.{operation.name} = {self._argument(operation.value)}"
            case m.GetItem():
                return f"{target}[{self._argument(operation.key)}]"
            case m.SetItem():
                return f"{target}[{self._argument(operation.key)}] = {self._argument(operation.value)}"
            case m.Keep():
                return f"keep({self._argument(operation.value)})"
            case m.Function():
                return f"function({operation.source!r})"
        return f"{type(operation).__name__.lower()}({target})"

    def _argument(self, value: Any) -> str:
        match value:
            case m.Ref():
                return self.names.get(value.id, "an object")
            case m.Generator():
                return f"Generator({value.name})"
            case m.ArgumentSequence():
                return _sequence(value.kind == "tuple", map(self._argument, value.items))
            case m.ArgumentMapping():
                pairs = zip(map(self._argument, value.keys), map(self._argument, value.values), strict=True)
                return f"{{{', '.join(f'{key}: {each}' for key, each in pairs)}}}"
            case m.Slice():
                return f"slice({', '.join(map(self._argument, (value.start, value.stop, value.step)))})"
            case m.Dots():
                return "..."
        return _short(unpack_plain(value))

    def _value(self, value: Any) -> str:
        if is_remote(value):
            handle = object.__getattribute__(value, "_autograder_handle").id
            return self.names.get(handle, "an object")
        if isinstance(value, tuple | list):
            return _sequence(isinstance(value, tuple), map(self._value, value))
        return _short(value)


def _sequence(rounded: bool, items: Iterable[str]) -> str:
    text = ", ".join(items)
    return _cut(f"({text})" if rounded else f"[{text}]")


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        with np.printoptions(precision=5, threshold=8, edgeitems=2, suppress=True):
            return f"{value.dtype} {value.shape} {_cut(' '.join(str(value).split()))}"
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def explain(course: Course, homework: Homework, student: str, sandbox: str = "auto") -> tuple[str, Path]:
    """Judge one student's submission once more, writing down everything. Scores are not touched.

    Returns:
        The account, and the file in `.autograder/explain/` that holds it.

    Raises:
        CourseError: nothing was handed in by this student.
        SandboxUnavailable: student code cannot be run safely here.
    """
    found, _ = chosen(course, homework, [student])
    account = _Account()
    with Sandbox(mode=sandbox) as box:
        judge = Judge(course, homework, box)
        with judge.merged(found[student]) as merged:
            result = judge.grade(merged, student, witness=account)
            lines = [*_head(course, judge, found[student], merged, result), *_body(account, result)]
    text = "\n".join(clean_terminal(line) for line in lines) + "\n"
    return text, write_text(course.state / "explain" / homework.name / f"{student}.txt", text)


def _head(
    course: Course, judge: Judge, submission: Path, merged: Merged, result: SubmissionResult
) -> Iterator[str]:
    late = lateness_of(course, judge.homework.name).get(result.student)
    try:
        when = handed_in_at(submission)[1] or "not known"
    except ValueError as error:
        when = f"not known ({error})"
    yield f"{judge.homework.name}, {result.student}: everything the judge did (for staff only)"
    yield ""
    yield f"handed in     {when}{f'; {late.reason}' if late else ''}"
    yield f"folder        {submission}"
    yield f"seed          {judge.seed} (each check has a generator of its own, from the seed and its name)"
    yield f"digest        {result.digest}"
    yield f"sandbox       {result.sandbox}"
    yield f"notebooks     {', '.join(merged.present) or 'none could be read'}"
    yield f"modules       {', '.join(merged.modules)}"


def _body(account: _Account, result: SubmissionResult) -> Iterator[str]:
    yield f"time          {result.seconds:.1f} s in all; the student's code {result.cpu_seconds:.1f} s of processor time"
    yield f"memory        {result.peak_memory_mb:.0f} MB at most; {account.workers} process(es)"
    yield from ("", "Files")
    yield from (f"  {note.kind:10} {_place(note.file, note.cell)} {note.reason}" for note in result.notes)
    yield from ("", "Modules")
    yield from (f"  {line}" for line in account.modules)
    yield from ("", "Cells, as they were run (again in each new process)")
    yield from (f"  {line}" for line in account.cells)
    yield from ("", "Checks, as they were run: public ones first")
    yield from account.checks
    yield from ("", "Questions")
    yield from (f"  {_points(question)}" for question in result.questions)
    yield f"  {result.score:g} of {result.machine_points:g} points given by the machine"


def _place(file: str, cell: str | None) -> str:
    return f"{file}, cell {cell}" if cell else file


def _points(question: QuestionResult) -> str:
    score = "–" if question.score is None else f"{question.score:g}"
    waits = sorted({o.waits_for for o in question.outcomes if o.waits_for is not None})
    cause = f"; waits for {', '.join(waits)}" if waits else ""
    return f"{score} of {question.points:g}  {question.name} ({question.status}){cause}"

"""What came of a check, as data. Rendering is elsewhere."""

from __future__ import annotations

import builtins
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from labkit.checks.student import Frame

OWN_MODULE = re.compile(r"nndl/[a-z_0-9]{1,20}\.py")
OWN_FILE = re.compile(OWN_MODULE.pattern + r"|[a-z_0-9]{1,20}\.ipynb, cell [a-zA-Z_0-9-]{1,40}")
MOST_LINES = 5000
PLAINLY = {
    "not written": "This is not written yet.",
    "missing": "Something that this check needs is not there.",
}
PASSED, FAILED, NOT_WRITTEN, WAITING = "passed", "failed", "not written", "waiting"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        what: the value it is about, such as "dW".
        problem: one sentence.
        expected, got: short texts.
        error: the largest relative error, where there is one.
        where: the position of the largest error, such as "[2, 0]".
        diagnosis: the mistake's name in a sentence, where the evidence names one.
        hint: where to look.
        picture: relative error per entry, 0 to 1, at most 32 rows of 32.
        frames: the student's own frames of a traceback, (file, line, function, code).
        mistake: the diagnosis's code, such as "missing_mean", for counting.
        raised: the exception's name, "missing" or "not written", where `problem` holds text of the student's.
    """

    what: str
    problem: str
    expected: str | None = None
    got: str | None = None
    error: float | None = None
    where: str | None = None
    diagnosis: str | None = None
    hint: str | None = None
    picture: tuple[tuple[float, ...], ...] | None = None
    frames: tuple[Frame, ...] = ()
    mistake: str | None = None
    raised: str | None = None

    @property
    def sentence(self) -> str:
        """`what` and `problem` as one text, with a colon where the problem is a sentence of its own."""
        own = self.problem[:1].isdigit() or self.problem[:1].isupper()
        return f"{self.what}{':' if self.what and own else ''} {self.problem}".strip()


class CheckFailed(Exception):
    """Raised by an expectation that does not hold.

    Attributes:
        findings: what was found.
        credit: the share of the check that holds all the same, 0 to 1.
    """

    def __init__(self, *findings: Finding, credit: float = 0.0) -> None:
        super().__init__("; ".join(f"{finding.what}: {finding.problem}" for finding in findings))
        self.findings = findings
        self.credit = credit


@dataclass(frozen=True)
class Outcome:
    """The result of one check.

    Attributes:
        title: the check's title.
        status: "passed", "failed", "not written", "waiting", "error", "timeout", "memory" or "crash".
        credit: the share earned, 0 to 1.
        weight: how much this check counts within its question.
        hidden: whether students see only its title, its diagnosis and its hint.
        seconds: processor time of the check.
        findings: what was found.
        waits_for: the question whose failure explains this one, or the file that does not load.
    """

    title: str
    status: str
    credit: float
    weight: float = 1.0
    hidden: bool = False
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    waits_for: str | None = None

    @property
    def passed(self) -> bool:
        return self.status == PASSED

    def for_student(self) -> Outcome:
        """This outcome without a hidden check's inputs and values."""
        if not self.hidden:
            return self
        return replace(self, findings=tuple(map(_without_values, self.findings)))


def exception_name(name: str) -> str:
    """An exception's name where it is one of Python's own; a name of the student's making could say anything."""
    known = getattr(builtins, name, None)
    return name if isinstance(known, type) and issubclass(known, BaseException) else "an exception of its own"


def _without_values(finding: Finding) -> Finding:
    """A hidden check's finding as students see it: nothing in it is text of their code's making."""
    problem = finding.problem if finding.expected is None else "is not what it should be."
    if finding.raised is not None:
        file, line = next(((f, n) for f, n, *_ in reversed(finding.frames) if OWN_FILE.fullmatch(f)), ("", 0))
        place = f" in {file}, line {line}" if file and line < MOST_LINES else ""
        problem = PLAINLY.get(
            finding.raised, f"Your code stopped with {exception_name(finding.raised)}{place}."
        )
    return Finding(
        what=finding.what,
        problem=problem,
        diagnosis=finding.diagnosis,
        hint=finding.hint,
        mistake=finding.mistake,
    )


@dataclass(frozen=True)
class Report:
    """All outcomes of one question.

    Attributes:
        question: the dotted name, such as "knn.compute_distances".
        outcomes: one per check.
        notes: remarks on how the check was run, such as a module read anew from disk.
    """

    question: str
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return bool(self.outcomes) and all(outcome.passed for outcome in self.outcomes)

    @property
    def share(self) -> float:
        """The share of the question's points that is earned, 0 to 1."""
        total = sum(outcome.weight for outcome in self.outcomes)
        return sum(outcome.weight * outcome.credit for outcome in self.outcomes) / total if total else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The report as plain dictionaries, lists and numbers, ready for `json.dumps`."""
        return {**asdict(self), "passed": self.passed, "share": self.share}

    def __repr__(self) -> str:
        from labkit.checks.terminal import render

        return render(self)

    def _repr_html_(self) -> str:
        from labkit.checks.html import render

        return render(self)

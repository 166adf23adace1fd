"""What a whole run of mutation testing found, as one JSON file per homework: `.autograder/mutants/hw2.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.homework import Course, CourseError
from autograder.mutants.generate import Mutant
from autograder.mutants.run import KILLED, SAME, Verdict


@dataclass(frozen=True)
class Row:
    """One mutant and what became of it; texts are those of `Mutant` and `Verdict`."""

    region: str
    file: str
    line: int
    kind: str
    before: str
    after: str
    verdict: str
    question: str | None = None
    status: str | None = None
    diagnosis: str | None = None
    reason: str | None = None

    @property
    def good(self) -> bool:
        """Whether it was killed where it sits, or need not be."""
        return self.verdict in (KILLED, SAME)

    @property
    def place(self) -> tuple[str, int, str, str]:
        """`Mutant.place`."""
        return self.region, self.line, self.before, self.after


@dataclass(frozen=True)
class Run:
    """A run over all mutants of a homework, or a large sample of them.

    Attributes:
        made: how many mutants the homework has.
        seed: of the sample; None where all were judged.
        rows: one per judged mutant.
    """

    made: int
    seed: int | None
    rows: tuple[Row, ...]


def row_of(mutant: Mutant, verdict: Verdict) -> Row:
    """The row of a judged mutant."""
    return Row(
        mutant.region,
        mutant.file,
        mutant.line,
        mutant.kind,
        *mutant.change,
        verdict.kind,
        verdict.question,
        verdict.outcome.status if verdict.outcome else None,
        verdict.diagnosis,
        verdict.reason,
    )


def run_path(course: Course, homework: str) -> Path:
    """Where the last run of a homework is kept."""
    return course.state / "mutants" / f"{homework}.json"


def write_run(course: Course, homework: str, run: Run) -> Path:
    """Keep a run."""
    path = run_path(course, homework)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))
    return path


def read_run(course: Course, homework: str) -> Run:
    """The run that was kept last.

    Raises:
        CourseError: there is none, or it cannot be read.
    """
    try:
        return msgspec.json.decode(run_path(course, homework).read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError) as error:
        raise CourseError(
            f"{homework}: no whole run of its mutants is kept here. Run: autograder mutants {homework}"
        ) from error

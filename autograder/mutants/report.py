"""What mutation testing found, as one JSON file per homework: `.autograder/mutants/hw2.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.homework import Course
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


def results_path(course: Course, homework: str) -> Path:
    """Where the rows of a homework are kept."""
    return course.state / "mutants" / f"{homework}.json"


def write_rows(course: Course, homework: str, rows: list[Row]) -> Path:
    """Keep the rows of a whole run."""
    path = results_path(course, homework)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1))
    return path


def read_rows(course: Course, homework: str) -> list[Row]:
    """The rows that were kept last. Raises FileNotFoundError where there are none."""
    return msgspec.json.decode(results_path(course, homework).read_bytes(), type=list[Row])

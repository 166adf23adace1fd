"""Who is told what the judge does while it does it: nobody, unless a report is to be made of it."""

from __future__ import annotations

from collections.abc import Callable

from autograder.results import QuestionResult
from autograder.sandbox import CellOutcome, Worker
from autograder.submission import RunCell
from labkit.checks import Check, Outcome

SoFar = Callable[[], tuple[QuestionResult, ...]]


class Witness:
    """Sees a submission being graded; each method is called when the thing has happened. This one forgets it all."""

    def worker(self, worker: Worker) -> None:
        """A new process for the student's code is up."""

    def module(self, name: str, problem: str | None) -> None:
        """A module was loaded, or why it was not."""

    def cell(self, notebook: str, cell: RunCell, outcome: CellOutcome) -> None:
        """A cell was run."""

    def left_out(self, notebook: str, cell: RunCell, reason: str) -> None:
        """A cell will not be run (any more)."""

    def begins(self, check: Check, seconds: float) -> None:
        """A check is about to run, with so much processor time."""

    def ended(self, check: Check, outcome: Outcome, so_far: SoFar) -> None:
        """A check has been run, or not been run for want of time; `so_far` gives the results up to here."""

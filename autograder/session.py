"""One submission's time in the sandbox: its worker, its notebooks' cells, and what both have used up."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from autograder.results import ALERT, Note
from autograder.sandbox import Sandbox, SandboxUnavailable, Worker
from autograder.submission import Merged, RunCell
from autograder.submission.notebook import ADDED
from autograder.witness import Witness

CELL_SECONDS = 20.0
ADDED_SECONDS = 30.0
SUBMISSION_SECONDS = 240.0


@dataclass
class Session:
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


class JudgedStudent:
    """The `student` of one check: looks up modules and notebook functions when the check asks for them."""

    def __init__(self, session: Session, notebook: str, seconds: float) -> None:
        self._session, self._notebook, self._seconds = session, notebook, seconds
        self._remote = session.ready(seconds).student(notebook)

    @property
    def notebook(self) -> Any:
        self._remote = self._session.fill(self._notebook, self._seconds).student(self._notebook)
        return self._remote.notebook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._remote, name)

"""The sandbox: where a submission's code runs, and who may ask it what.

with Sandbox() as sandbox, sandbox.worker(folder, modules=("knn",)) as worker:
    worker.begin(cpu_seconds=10)
    student = worker.student()
    student.knn.KNN().compute_distances(x)
"""

from __future__ import annotations

import platform
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox.client import Worker
from autograder.sandbox.plan import NO_WALLS, Enclosure, Limits, SandboxUnavailable, Walls
from autograder.sandbox.processes import Process, seed_fonts, spawn
from autograder.sandbox.scratch import SCRATCH, scratch, sweep

if TYPE_CHECKING:
    from autograder.sandbox.forked import Template

MODES = ("auto", "landlock", "bwrap", "none")
_ADVICE = 'or grade without walls, at your own risk, with "--sandbox none"'


class Sandbox:
    """Starts workers: one submission, one worker. May be shared by threads.

    Args:
        mode: "landlock" (all walls; the fast way), "bwrap" (bubblewrap), "none" (no walls), or
            "auto": the first of "landlock" and "bwrap" that works here, never "none".
        limits: for each worker.
        read: further files and folders that student code may read.

    Raises (on entering):
        SandboxUnavailable: there can be no sandbox here; the message says what to do.
    """

    def __init__(
        self,
        mode: str = "auto",
        limits: Limits | None = None,
        read: tuple[Path, ...] = (),
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"there is no sandbox {mode!r}; there are: {', '.join(MODES)}")
        self.mode = mode
        self.limits = limits or Limits()
        self._read = tuple(Path(path).resolve() for path in read)
        self._open = ExitStack()
        self._home: Path | None = None
        self._template: Template | None = None
        self._found: tuple[list[str], list[str]] = ([], [])

    def __enter__(self) -> Sandbox:
        if sys.platform == "win32":
            raise SandboxUnavailable("the autograder needs Linux: on Windows, run it in WSL 2")
        sweep(SCRATCH)
        self._home = self._open.enter_context(scratch(SCRATCH))
        for name in ("home", "root", "empty"):
            (self._home / name).mkdir()
        seed_fonts(self._home / "home")
        try:
            self.mode, self._found = self._chosen()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End all of its processes."""
        if self._template is not None:
            self._template.close()
            self._template = None
        self._open.close()
        self._home = None

    def _chosen(self) -> tuple[str, tuple[list[str], list[str]]]:
        """The mode that works here, and the walls that a first, empty worker found around itself."""
        if self.mode == "none":
            return "none", NO_WALLS
        if sys.platform != "linux":
            raise SandboxUnavailable(
                f"the sandbox needs Linux, and this is {platform.system()}: grade on a Linux machine, "
                f"in a Linux container, {_ADVICE}"
            )
        reasons = []
        for mode in ("landlock", "bwrap") if self.mode == "auto" else (self.mode,):
            try:
                return mode, self._tried(mode)
            except SandboxUnavailable as error:
                reasons.append(f"{mode}: {error}")
        raise SandboxUnavailable(
            f"no sandbox works here ({'; '.join(reasons)}). Use Linux 5.13 or newer with Landlock, "
            f"or install bubblewrap (apt install bubblewrap), {_ADVICE}"
        )

    def _tried(self, mode: str) -> tuple[list[str], list[str]]:
        assert self._home is not None
        plan = self._plan(self._home / "empty", self.limits, Walls())
        with self._started(mode, plan, ()) as worker:
            return worker.walls, worker.missing

    @property
    def missing(self) -> list[str]:
        """The walls that do not stand here, each with the reason."""
        return self._found[1]

    def describe(self) -> str:
        """One line for reports: the mode, the walls that stand, and what is missing."""
        walls, missing = self._found
        lacking = f"; missing: {', '.join(missing)}" if missing else ""
        return f"sandbox {self.mode}: {', '.join(walls)}{lacking}"

    def worker(
        self,
        scratch: Path,
        modules: tuple[str, ...] = (),
        limits: Limits | None = None,
        walls: Walls | None = None,
    ) -> Worker:
        """A new worker for a submission.

        Args:
            scratch: the submission's folder, merged; its files are copied where the walls permit that.
            modules: the modules of `nndl` that checks may ask for.
            limits: other limits than the sandbox's.
            walls: for tests of single walls, which ones to raise.

        Raises:
            SandboxUnavailable: it could not be started.
        """
        plan = self._plan(scratch, limits or self.limits, walls or Walls())
        asked = time.monotonic()
        worker = self._started(self.mode, plan, tuple(modules))
        worker.start_seconds = time.monotonic() - asked
        return worker

    def _plan(self, scratch: Path, limits: Limits, walls: Walls) -> Enclosure:
        if self._home is None:
            raise SandboxUnavailable("the sandbox is closed: use it in a with statement")
        return Enclosure(Path(scratch).resolve(), self._home / "root", self._read, limits, walls)

    def _started(self, mode: str, plan: Enclosure, modules: tuple[str, ...]) -> Worker:
        start = self._starter(mode, plan.place.parent)
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = start(plan, theirs)
        except BaseException:
            ours.close()
            raise
        return Worker(process, ours, modules, plan.limits)

    def _starter(self, mode: str, home: Path) -> Callable[[Enclosure, socket.socket], Process]:
        if mode == "landlock":
            if self._template is None:
                from autograder.sandbox.forked import Template

                self._template = Template(home / "home", self.limits.start_seconds)
            return self._template.start
        return lambda enclosure, wire: spawn(enclosure, wire, home / "home", mode == "bwrap")

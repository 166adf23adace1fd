"""Processes that print: each prints one submission after the other, within limits, and is replaced when it fails.

A submission can make pandoc or Typst hang, crash or eat memory; then its process ends, and the submission is printed
again with less in it. Requests and answers are lines of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from labkit.printing.document import Problem
from labkit.printing.plan import Plan
from labkit.printing.press import FULL, NOTHING, PLAIN, PressError
from labkit.printing.printer import Printed, Printer

SECONDS = 60.0
MEMORY = 6 << 30
PER_PROCESS = 40  # submissions that one process prints before it is replaced: Typst keeps some 10 MB of each


class PressFailure(Exception):
    """A process ended or gave no answer; the message says why."""


class Pressman:
    """One process that prints, started when it is needed.

    Args:
        plan: of the homework.
        seconds: wall time that one submission may take.
    """

    def __init__(self, plan: Plan, seconds: float = SECONDS) -> None:
        self._plan, self._seconds = plan, seconds
        self._process: subprocess.Popen[str] | None = None
        self._printed = 0

    def print(
        self, folder: Path, student: str, out: Path | None, allotted: Sequence[int] | None = None
    ) -> Printed:
        """As `Printer.print`; what cannot be printed in full is printed in part, with a problem that says so.

        Raises:
            OSError: `out` cannot be written.
            PressFailure: nothing at all could be printed.
        """
        failures: list[str] = []
        for amount in (FULL, PLAIN, NOTHING):
            job = {"folder": str(folder), "student": student, "out": str(out) if out else None}
            try:
                answer = self._ask({**job, "allotted": allotted, "amount": amount})
            except PressFailure as error:
                failures.append(str(error))
                continue
            if "unwritable" in answer:
                raise OSError(answer["unwritable"])
            problems = [Problem(**problem) for problem in answer["problems"]]
            reduced = "Only its text is printed" if amount == PLAIN else "Nothing of it is printed"
            given_up = [Problem("", f"{reduced}: {failures[-1]}.")] if failures else []
            appendix = {int(slot): tuple(pages) for slot, pages in answer["appendix"].items()}
            return Printed(tuple(answer["slots"]), answer["pages"], appendix, (*problems, *given_up))
        raise PressFailure(failures[-1])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        if self._printed >= PER_PROCESS:
            self.close()
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        self._printed += 1
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(self._seconds, stop)
        clock.start()
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            self.close()
            reason = (
                f"it took more than {self._seconds:g} s" if late.is_set() else "the printing process ended"
            )
            raise PressFailure(reason) from None
        finally:
            clock.cancel()
        if "failed" in answer:
            raise PressFailure(answer["failed"])
        return answer

    def _start(self) -> None:
        line = [sys.executable, "-P", "-c", f"from {__name__} import main; main()"]
        self._process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._printed = 0
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(self._plan.to_json()) + "\n")


def main() -> None:
    """Print what standard input asks for, until it ends."""
    _confine()
    serve(sys.stdin, sys.stdout)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer every line of `requests` with a line; the first is the plan."""
    printer = Printer(Plan.from_json(json.loads(requests.readline())))
    for line in requests:
        job = json.loads(line)
        out = Path(job["out"]) if job["out"] else None
        try:
            printed = printer.print(
                Path(job["folder"]), job["student"], out, allotted=job["allotted"], amount=job["amount"]
            )
            answer = asdict(printed)
        except OSError as error:
            answer = {"unwritable": str(error)}
        except (PressError, MemoryError) as error:
            answer = {"failed": str(error) or "there is not enough memory"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _confine() -> None:
    """No network by accident, and no more memory than a large submission needs."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""A worker as the judge sees it: calls with a budget, and an end that is always known.

Processor time is measured from outside and enforced by killing. Replies carry the number and the
nonce of their call; a worker that sends anything else, or anything unasked, is killed.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import messages as m
from autograder.sandbox import wire
from autograder.sandbox.plan import Limits, SandboxUnavailable
from autograder.sandbox.processes import Process, cpu_seconds, held_up_seconds, peak_memory_mb
from autograder.sandbox.remote import MissingError, RemoteStudent, unpack_value
from labkit.checks.student import StudentError

_DEFAULT_BUDGET = 10.0
_WALL_FACTOR, _WALL_EXTRA = 4, 5  # wall seconds per processor second, and on top of that
_SHORTEST_WAIT, _LONGEST_WAIT = 0.005, 0.25
_SIGKILL, _SIGXCPU = 9, 24
_MAX_DROPS = 10_000
_GRACE_SECONDS, _END_SECONDS = 1, 20


@dataclass(frozen=True)
class CellOutcome:
    """What came of one notebook cell. `output` is what it printed, cut to the limit."""

    ok: bool
    error: StudentError | None
    output: str
    cpu_seconds: float


@dataclass(frozen=True)
class Usage:
    """What a worker has used so far, or had used at its end."""

    cpu_seconds: float
    peak_memory_mb: float


class _Late(Exception):
    """The budget is used up."""


class Worker:
    """One submission in its sandbox. Made by `Sandbox.worker`; use it in one thread at a time.

    Attributes:
        walls, missing: the walls around it, and those that are missing and why.
        start_seconds: how long it took to come up.
        killed: whether it was killed by somebody else than the judge and the limits: the kernel out of memory, or a person.
        listener: told of every operation and the value or the error that came of it.
    """

    def __init__(
        self, process: Process, stream: socket.socket, modules: tuple[str, ...], limits: Limits
    ) -> None:
        stream.setblocking(False)
        self._process = process
        self._stream = stream
        self._channel = wire.Channel(stream, self._wait)
        self._modules = modules
        self._limits = limits
        self._death: StudentError | None = None
        self._lost: str | None = None  # why it ended, where that was the sandbox's doing
        self._collected = False
        self._usage = Usage(0.0, 0.0)
        self._numbers = itertools.count(1)
        self._cells: dict[str, int] = {}
        self._drops: list[int] = []
        self._output: list[str] = []
        self.listener: Callable[[m.Operation, Any], None] | None = None
        self.start_seconds = 0.0
        self.killed = False
        self._budget, self._from = limits.start_seconds, 0.0
        self._waited = self._waited_before = 0.0
        self._held_up = self._held_up_before = 0.0
        self.walls, self.missing = self._greeted()

    def _greeted(self) -> tuple[list[str], list[str]]:
        try:
            greeting = m.decode_greeting(self._channel.receive())
        except (m.WireError, EOFError, OSError, _Late) as error:
            self.close()
            reason = "it did not come up in time" if isinstance(error, _Late) else f"its process: {error}"
            raise SandboxUnavailable(f"a sandbox could not be made: {reason}") from None
        if isinstance(greeting, m.Refused):
            self.close()
            raise SandboxUnavailable(f"a sandbox could not be made: {greeting.reason}")
        self.begin(_DEFAULT_BUDGET)
        return greeting.walls, greeting.missing

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # budget

    def begin(self, cpu_seconds: float = _DEFAULT_BUDGET) -> None:
        """Give the calls that follow, together, this much processor time.

        Wall time has a limit too (4 times as much + 5 s), which counts while the worker sleeps or runs, not while it
        waits for a processor: a busy machine costs nobody points.
        """
        self._waited_before = self.waited()
        self._budget, self._from, self._waited = cpu_seconds, self._cpu(), 0.0
        self._held_up_before = self._held()

    def waited(self) -> float:
        """Seconds that it was waited for in all, without those in which the machine was busy with others."""
        return self._waited_before + self._waited_now()

    def _waited_now(self) -> float:
        return max(0.0, self._waited - (self._held() - self._held_up_before))

    def _held(self) -> float:
        if not self._collected:
            self._held_up = max(self._held_up, held_up_seconds(self._process.pid))
        return self._held_up

    def _cpu(self) -> float:
        if not self._collected:
            used = cpu_seconds(self._process.pid)
            if used is not None:
                self._usage = Usage(used, self._usage.peak_memory_mb)
        return self._usage.cpu_seconds

    def _wait(self, reading: bool) -> None:
        """Wait until the socket may be ready; raise when the budget is used up."""
        left = self._budget - (self._cpu() - self._from)
        most = _WALL_FACTOR * self._budget + _WALL_EXTRA
        if left <= 0 or (self._waited > most and self._waited_now() > most):
            raise _Late
        poll = select.poll()
        poll.register(self._stream, select.POLLIN if reading else select.POLLOUT)
        longest = min(max(left / 2, _SHORTEST_WAIT), _LONGEST_WAIT)
        started = time.monotonic()
        poll.poll(1000 * longest)
        took = time.monotonic() - started
        self._waited += min(took, longest)  # if it took longer, it was the judge that stood still

    # calls

    def student(self, notebook: str | None = None) -> RemoteStudent:
        """The student's work, as checks see it."""
        return RemoteStudent(self._modules, notebook, self._ask)

    def run_cell(
        self, notebook: str, source: str, cpu_seconds: float = _DEFAULT_BUDGET, label: str = ""
    ) -> CellOutcome:
        """Run a cell in a notebook's namespace.

        Args:
            notebook: the notebook's name, without ending.
            label: how frames call the cell; "cell N" if empty, N counting the notebook's cells run so far.
        """
        number = self._cells[notebook] = self._cells.get(notebook, 0) + 1
        self.begin(cpu_seconds)
        self._output.clear()
        error = None
        try:
            self._ask(m.Cell(notebook, label or f"cell {number}", source))
        except StudentError as failure:
            error = failure
        return CellOutcome(error is None, error, self.take_output(), self._cpu() - self._from)

    def ping(self) -> None:
        """Ask for a sign of life.

        Raises:
            StudentError: there is none.
        """
        self._ask(m.Ping())

    def _ask(self, operation: m.Operation) -> Any:
        if self.listener is None:
            return self._answer(operation)
        try:
            value = self._answer(operation)
        except StudentError as error:
            self.listener(operation, error)
            raise
        self.listener(operation, value)
        return value

    def _answer(self, operation: m.Operation) -> Any:
        reply = self._exchange(operation)
        if reply.output:
            self._output.append(reply.output)
            while len(self._output) > 1 and sum(map(len, self._output)) > 2 * self._limits.output_kb << 10:
                del self._output[0]
        if reply.failure is not None:
            raise _error(reply.failure, isinstance(operation, m.Get | m.Module))
        try:
            return unpack_value(reply.value, self._ask, self._drops.append)
        except m.WireError as error:
            raise self._die("wire", f"the answer broke the protocol: {error}") from None

    def _exchange(self, operation: m.Operation) -> m.Reply:
        if self._lost is not None:
            raise SandboxUnavailable(self._lost)
        if self._death is not None:
            raise _error_of(self._death)
        drops, self._drops[:] = self._drops[:_MAX_DROPS], self._drops[_MAX_DROPS:]
        request = m.Request(next(self._numbers), secrets.token_bytes(m.NONCE_BYTES), operation, drops)
        data = m.encode(request)
        if len(data) > wire.MAX_FRAME:
            raise TypeError(
                f"arguments of {len(data) >> 20} MB are too large to be sent to the student's side"
            )
        try:
            self._refuse_unasked()
            self._channel.send(data)
            reply = m.decode_reply(self._channel.receive())
            if reply.id != request.id or reply.nonce != request.nonce:
                raise m.WireError("an answer to another question")
        except _Late:
            raise self._die("timeout", self._late_message()) from None
        except m.WireError as error:
            raise self._die("wire", f"the answer broke the protocol: {error}") from None
        except (EOFError, OSError):
            raise self._ended() from None
        return reply

    def _refuse_unasked(self) -> None:
        try:
            waiting = self._stream.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        if waiting:
            raise m.WireError("an answer that was not asked for")
        raise EOFError

    def _late_message(self) -> str:
        if self._cpu() - self._from >= self._budget:
            return f"took more than {self._budget:g} s of processor time"
        return f"waited for more than {_WALL_FACTOR * self._budget + _WALL_EXTRA:g} s"

    def take_output(self) -> str:
        """What student code printed since this was last asked, or since the last cell (its end, if it is long)."""
        text = "".join(self._output)
        self._output.clear()
        return text

    # the end

    @property
    def pid(self) -> int:
        """Its process number, on this machine."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._death is None and not self._collected

    @property
    def death(self) -> StudentError | None:
        """Why it ended, or None."""
        return self._death

    def usage(self) -> Usage:
        """Processor time and peak memory, so far or at its end."""
        if not self._collected:
            self._cpu()
            peak = max(peak_memory_mb(self._process.pid), self._usage.peak_memory_mb)
            self._usage = Usage(self._usage.cpu_seconds, peak)
        return self._usage

    def kill(self) -> None:
        """End it now, and all that it started."""
        if self._death is None:
            self._death = StudentError("exit", message="the process was ended")
        self.close()

    def close(self) -> None:
        """End it, if it has not ended, and collect what is left."""
        if not self._collected:
            self.usage()
            self._process.kill()
            with contextlib.suppress(SandboxUnavailable):
                self._collect()
        if self._death is None:
            self._death = StudentError("exit", message="the process was ended")

    def _collect(self) -> int:
        self._channel.close()
        self._process.ended(_END_SECONDS)
        self._cpu()
        self._held()
        self._collected = True
        status, peak = self._process.collect()
        self._usage = Usage(self._usage.cpu_seconds, max(self._usage.peak_memory_mb, peak))
        return status

    def _die(self, kind: str, message: str) -> StudentError:
        self._death = StudentError(kind, message=message)
        self.close()
        return self._death

    def _ended(self) -> StudentError:
        """The worker has closed the wire by itself: find out why."""
        if not self._process.ended(_GRACE_SECONDS):
            return self._die("exit", "the process closed its connection")
        try:
            status = self._collect()
        except SandboxUnavailable as error:
            self._lost, self.killed = str(error), True
            raise
        self._death = _cause(status, self._usage.cpu_seconds, self._limits)
        self.killed = status == -_SIGKILL and self._death.kind == "memory"
        return self._death


def _cause(status: int, used: float, limits: Limits) -> StudentError:
    out_of_time = used >= limits.cpu_seconds - 1
    if status in (-_SIGKILL, -_SIGXCPU) and out_of_time:
        return StudentError(
            "timeout", message=f"took more than {limits.cpu_seconds:g} s of processor time in all"
        )
    if status == -_SIGKILL:
        return StudentError("memory", message="used more memory than there is")
    if status < 0:
        return StudentError("crash", message=f"the process crashed ({_signal_name(-status)})")
    return StudentError("exit", message="the process ended itself")


def _signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _error_of(death: StudentError) -> StudentError:
    return StudentError(death.kind, death.error_type, death.message, death.frames)


def _error(failure: m.Failure, attribute: bool) -> StudentError:
    kind = MissingError if failure.kind == "missing" and attribute else StudentError
    frames = tuple((file, line, function, code) for file, line, function, code in failure.frames)
    name = failure.error_type or ("MemoryError" if failure.kind == "memory" else "")
    return kind(failure.kind, name, failure.message, frames, tuple(failure.bases))

"""The trusted side's grip on the warm template: it starts, restarts and ends it, and has it fork workers."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from autograder.sandbox import template
from autograder.sandbox.plan import Enclosure, SandboxUnavailable
from autograder.sandbox.processes import Process, command, environment


class _Forked:
    """A worker that the template forked."""

    def __init__(self, pid: int, descriptor: int, parent: Template) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._template = parent
        self._end: tuple[int, float] | None = None

    def kill(self) -> None:
        if self._end is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def ended(self, seconds: float) -> bool:
        return self._end is not None or _readable(self._descriptor, seconds)

    def collect(self) -> tuple[int, float]:
        if self._end is None:
            try:
                self._end = self._template.reap(self.pid)
            finally:
                os.close(self._descriptor)
        return self._end


def _readable(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class Template:
    """The warm process, started again if it ends.

    Args:
        home: an empty folder, its home.
        seconds: wall time for it to come up.
    """

    def __init__(self, home: Path, seconds: float) -> None:
        self._home = home
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def _up(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.settimeout(self._seconds)
            self._control = ours
            with theirs, tempfile.TemporaryFile() as errors:
                self._process = subprocess.Popen(
                    command("main", str(theirs.fileno())),
                    pass_fds=[theirs.fileno()],
                    env=environment(self._home),
                    cwd=self._home,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    start_new_session=True,
                )
                theirs.close()
                try:
                    self._answer()
                except (OSError, EOFError) as error:
                    self._down()
                    errors.seek(0)
                    said = errors.read().decode("utf-8", "replace").strip().splitlines()
                    reason = said[-1] if said else str(error)
                    raise SandboxUnavailable(f"the sandbox's Python did not start: {reason}") from None
        return self._control

    def _answer(self) -> tuple[template.Answer, list[int]]:
        assert self._control is not None
        data, descriptors, _, _ = socket.recv_fds(self._control, template.MAX_ORDER, 1)
        if not data:
            raise EOFError("the template is gone")
        return template.decode_answer(data), descriptors

    def start(self, enclosure: Enclosure, wire: socket.socket) -> Process:
        """Fork a worker.

        Raises:
            SandboxUnavailable: it cannot be.
        """
        with self._lock:
            for last in (False, True):
                control = self._up()
                try:
                    order = template.encode(template.Start(enclosure))
                    socket.send_fds(control, [order], [wire.fileno()])
                    answer, descriptors = self._answer()
                except (OSError, EOFError) as error:
                    self._down()
                    if last:
                        raise SandboxUnavailable(f"the sandbox's template ended: {error}") from None
                    continue
                if isinstance(answer, template.Started):
                    return _Forked(answer.pid, descriptors[0], self)
                raise SandboxUnavailable(f"the sandbox could not start a process: {answer}")
        raise AssertionError

    def reap(self, pid: int) -> tuple[int, float]:
        """How a worker that has ended did so: its exit status (negative: the signal), peak memory in MB.

        Raises:
            SandboxUnavailable: this process ended, and the worker with it.
        """
        with self._lock:
            try:
                if self._control is None:
                    raise EOFError("it was closed")
                self._control.send(template.encode(template.Reap(pid)))
                answer, _ = self._answer()
            except (OSError, EOFError) as error:
                self._down()
                raise SandboxUnavailable(f"the sandbox's template ended: {error}") from None
        if not isinstance(answer, template.Reaped) or answer.status < 0:
            raise SandboxUnavailable("the sandbox's template has been started again")
        return os.waitstatus_to_exitcode(answer.status), answer.peak_kb / 1024

    def _down(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._control is not None:
            self._control.close()
            self._control = None

    @property
    def pid(self) -> int | None:
        """Its process number while it runs."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End it and every worker that is left."""
        with self._lock:
            self._down()

"""Processes for student code as the trusted side sees them: how they are started, measured and ended.

`spawn` starts a worker as a Python of its own, inside of bubblewrap or without walls; `forked.py`
has the fast way.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from autograder.sandbox.plan import Enclosure, SandboxUnavailable

_PASSED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SYSTEMROOT")
_PACKAGES = ("labkit", "autograder", "numpy", "msgspec", "IPython", "matplotlib")
_INSIDE = Path("/submission")


class Process(Protocol):
    """A worker's process."""

    pid: int

    def kill(self) -> None:
        """End it, and all that it started."""

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, or does so within some time."""

    def collect(self) -> tuple[int, float]:
        """After its end: the exit status (negative: the signal) and the peak memory in MB.

        Raises:
            SandboxUnavailable: it did not end by itself, but with what it depends on.
        """


def cpu_seconds(pid: int) -> float | None:
    """Processor time that a process has used, or None where it cannot be told (any more)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return time.clock_gettime((~pid << 3) | 2)  # its CPUCLOCK_SCHED clock
    with contextlib.suppress(Exception):
        import psutil  # type: ignore[import-untyped]

        times = psutil.Process(pid).cpu_times()
        return times.user + times.system
    return None


def held_up_seconds(pid: int) -> float:
    """Time in which a process was ready to run and the machine was busy with others; 0 where it cannot be told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9  # Linux: sched-stats.rst
    return 0.0


def peak_memory_mb(pid: int) -> float:
    """Peak resident memory of a running process; 0 where it cannot be told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def environment(home: Path) -> dict[str, str]:
    """The environment of a process for student code: a few harmless variables, and none of the judge's."""
    found = {name: os.environ[name] for name in _PASSED if name in os.environ}
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
    folders = {name: str(home) for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME")}
    settings = {"MPLBACKEND": "Agg", "LABKIT_JUDGE": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    return {**found, **threads, **folders, **settings}


def seed_fonts(home: Path) -> None:
    """Give a new home matplotlib's list of fonts, which takes a while to make, where the user has one."""
    caches: list[str | Path | None] = [
        os.environ.get("MPLCONFIGDIR"),
        os.environ.get("XDG_CACHE_HOME"),
        Path("~/.cache").expanduser(),
    ]
    for cache in caches:
        if cache is None:
            continue
        for pattern in ("fontlist-*.json", "matplotlib/fontlist-*.json"):
            for path in Path(cache).glob(pattern):
                with contextlib.suppress(OSError):
                    shutil.copyfile(path, home / path.name)


def command(call: str, *arguments: str) -> list[str]:
    """A Python without user packages or current folder in its path, that runs a function of `template`.

    What is imported here comes first there, before whatever is installed: a worker speaks as its judge does.
    """
    roots = []
    for name in _PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            roots.append(str(Path(spec.origin).parent.parent))
    code = (
        "import json, sys; roots = json.loads(sys.argv[1]); "
        "at = next((i for i, one in enumerate(sys.path) if one.endswith('-packages')), len(sys.path)); "
        "sys.path[at:at] = [root for root in roots if root not in sys.path[:at]]; "
        f"from autograder.sandbox.template import {call}; {call}(*map(json.loads, sys.argv[2:]))"
    )
    roots = list(dict.fromkeys(roots))
    return [sys.executable, "-s", "-P", "-B", "-c", code, json.dumps(roots), *arguments]


class _Spawned:
    """A worker that is a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], pid: int) -> None:
        self._process = process
        self.pid = pid
        self._peak = 0.0

    def kill(self) -> None:
        self._peak = max(self._peak, peak_memory_mb(self.pid))
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()

    def ended(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def collect(self) -> tuple[int, float]:
        status = self._process.wait()
        with contextlib.suppress(OSError):  # what it started and left behind, where no wall forbids that
            os.killpg(self._process.pid, signal.SIGKILL)
        return status, self._peak


def spawn(enclosure: Enclosure, wire: socket.socket, home: Path, bubblewrap: bool) -> Process:
    """Start a worker in bubblewrap, or without walls.

    Raises:
        SandboxUnavailable: it cannot be started.
    """
    from autograder.sandbox import template

    scratch = enclosure.scratch
    if bubblewrap:
        enclosure = dataclasses.replace(enclosure, scratch=_INSIDE)
    plan = template.encode(enclosure).decode()
    line = command("cold", str(wire.fileno()), json.dumps(plan), json.dumps(bubblewrap))
    passed, told = [wire.fileno()], None
    if bubblewrap:
        told, tell = os.pipe()
        passed.append(tell)
        line = [*_bubblewrap(enclosure, scratch, tell), *line]
    try:
        process = subprocess.Popen(
            line,
            pass_fds=passed,
            env=environment(_INSIDE if bubblewrap else home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailable(f"the sandbox's Python did not start: {error}") from None
    if told is None:
        return _Spawned(process, process.pid)
    os.close(tell)
    with os.fdopen(told) as stream:
        said = stream.read()
    try:
        return _Spawned(process, int(json.loads(said)["child-pid"]))
    except (ValueError, KeyError):
        process.kill()
        process.wait()
        raise SandboxUnavailable("bubblewrap (bwrap) is installed but cannot make a sandbox here") from None


def _bubblewrap(enclosure: Enclosure, scratch: Path, tell: int) -> list[str]:
    """The command line of bubblewrap, up to the command that it is to run."""
    from autograder.sandbox import template

    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable("bubblewrap (bwrap) is not installed")
    package = Path(__file__).parent
    shown = [*template.readable(), *enclosure.readable, package, package.parent / "__init__.py"]
    shown += [Path(sys.prefix), Path(sys.base_prefix) / "bin", Path(os.path.realpath(sys.executable)).parent]
    line = [found, "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"]
    line += ["--cap-drop", "ALL", "--info-fd", str(tell), "--dev", "/dev"]
    for path in dict.fromkeys(shown):
        if path.is_symlink() and not path.is_relative_to("/dev"):
            line += ["--symlink", os.path.realpath(path), str(path)]
        elif path.exists() and not path.is_relative_to("/dev"):
            line += ["--ro-bind", str(path), str(path)]
    line += ["--ro-bind", str(scratch), template.BUBBLEWRAP_INCOMING]
    line += [
        "--size",
        str(enclosure.limits.file_mb << 20),
        "--tmpfs",
        str(_INSIDE),
        "--chdir",
        str(_INSIDE),
        "--",
    ]
    return line

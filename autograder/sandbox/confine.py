"""The walls around student code, raised by the process that is about to run it, from inside.

Each is independent of the others: new namespaces with a private file system, Landlock, a filter of
system calls, resource limits. They hold for the rest of the process's life and for all it starts.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox import namespaces, seccomp
from autograder.sandbox.plan import Enclosure, Limits

try:
    import sandlock
except ImportError:  # not Linux
    sandlock = None

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _CLEAR_ALL = 1, 24, 38, 47, 4
_PR_SET_CHILD_SUBREAPER = 36
_CAPABILITY_VERSION = 0x20080522
_MB = 1 << 20
_UNKNOWN_SIZE = 1 << 30
_OPEN_FILES = 128


class WallError(Exception):
    """A wall that must stand could not be raised: no student code may run in this process."""


@dataclass
class _Report:
    walls: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


_libc = ctypes.CDLL(None, use_errno=True)


def enclose(plan: Enclosure, namespaces_error: str | None) -> tuple[Path, list[str], list[str]]:
    """Raise the walls, from inside of the namespaces where there are any.

    Args:
        namespaces_error: why there are no new namespaces, or None in new ones.

    Returns:
        The folder of the submission, the walls that stand, and those that are missing and why.

    Raises:
        WallError: one that must stand does not.
    """
    report = _Report()
    _give_way()
    memory = address_space()
    folder = _file_system(plan, namespaces_error, report)
    if plan.walls.limits:
        limit(plan.limits, memory, threads=namespaces_error is None)
        report.walls.append("limits")
    else:
        report.missing.append("limits (turned off)")
    _drop_privileges()
    _landlock(plan, folder, report)
    _filter(plan, folder != plan.scratch, report)
    return folder, report.walls, report.missing


def _give_way() -> None:
    """Be the first that the kernel ends when the machine's memory is used up."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def address_space() -> int:
    """The bytes of address space of this process; a guess where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return _UNKNOWN_SIZE
    return pages * resource.getpagesize()


def _file_system(plan: Enclosure, namespaces_error: str | None, report: _Report) -> Path:
    if namespaces_error is not None:
        report.missing.append(f"namespaces ({namespaces_error})")
        return plan.scratch
    report.walls.append("user, process, network and mount namespaces")
    try:
        if not plan.walls.root:
            raise OSError("turned off")
        namespaces.detach_mounts()
    except OSError as error:
        report.missing.append(f"private file system ({error})")
        return plan.scratch
    try:
        namespaces.private_root(plan.place, plan.readable, plan.scratch, plan.limits.file_mb)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise WallError(f"the submission's files are more than {plan.limits.file_mb} MB") from None
        raise WallError(f"the private file system could not be made: {error}") from None
    report.walls.append("private file system")
    return namespaces.FOLDER


def limit(limits: Limits, memory: int, threads: bool) -> None:
    """Set this process's resource limits, as far as the system has them.

    Args:
        memory: bytes of address space that it has already.
        threads: also limit the number of threads, which the kernel counts per user namespace
            (without one of its own, together with all else that the user runs).
    """
    wanted = {
        "RLIMIT_AS": memory + limits.memory_mb * _MB,
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.file_mb * _MB,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if threads:
        wanted["RLIMIT_NPROC"] = limits.processes
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (capped, capped))


def _drop_privileges() -> None:
    """No capabilities, none to be had again, and death with the parent."""
    _libc.prctl(_PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    number = 0
    while _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) == 0:
        number += 1
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if _libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())) != 0:
        raise WallError("capabilities could not be dropped")
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise WallError("no_new_privs could not be set")
    die_with_parent()


def die_with_parent() -> None:
    """Be killed when the parent ends, on Linux."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Be the parent of grandchildren whose own parent ends."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _landlock(plan: Enclosure, folder: Path, report: _Report) -> None:
    try:
        if not plan.walls.landlock:
            raise OSError("turned off")
        version = landlock_version()
        readable = [str(path) for path in plan.readable if path.exists()]
        policy = sandlock.Sandbox(
            fs_readable=readable,
            fs_writable=[str(folder), os.devnull],
            allow_degraded=[int(protection) for protection in sandlock.Protection],
        )
        sandlock.confine(policy)
    except (OSError, RuntimeError, sandlock.SandlockError) as error:
        if plan.required and plan.walls.landlock:
            raise WallError(f"Landlock: {error}") from None
        report.missing.append(f"Landlock ({error})")
        return
    report.walls.append(f"Landlock (ABI {version})")


def landlock_version() -> int:
    """The kernel's Landlock ABI.

    Raises:
        OSError: it has none.
    """
    if sandlock is None:
        raise OSError("the package sandlock is not installed")
    version = sandlock.landlock_abi_version()
    if version < 1:
        raise OSError("the kernel has none, or has it turned off")
    return version


def _filter(plan: Enclosure, private: bool, report: _Report) -> None:
    try:
        if not plan.walls.seccomp:
            raise seccomp.SeccompError("turned off")
        seccomp.install(changes=private)
    except seccomp.SeccompError as error:
        if plan.required and plan.walls.seccomp and not private:
            raise WallError(f"the filter of system calls: {error}") from None
        report.missing.append(f"filter of system calls ({error})")
        return
    report.walls.append("filter of system calls")

"""What the judge decides about a worker before it starts: its limits, its walls, what it may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

NO_WALLS = (["limits"], ["every wall: student code ran with the rights of whoever graded"])


@dataclass(frozen=True)
class Limits:
    """What one worker, that is one submission, may use.

    Args:
        memory_mb: address space beyond the warm template's own.
        cpu_seconds: processor time over the worker's whole life.
        file_mb: the files in its folder together, and the largest one.
        processes: threads; starting processes is denied altogether.
        output_kb: printed text kept per reply (beginning and end).
        start_seconds: wall time for a worker to come up.
    """

    memory_mb: int = 2048
    cpu_seconds: int = 600
    file_mb: int = 256
    processes: int = 64
    output_kb: int = 16
    start_seconds: float = 60


@dataclass(frozen=True)
class Walls:
    """Which walls to raise; tests turn them off to try each alone."""

    namespaces: bool = True
    root: bool = True  # the private file system; needs namespaces
    landlock: bool = True
    seccomp: bool = True
    limits: bool = True


@dataclass(frozen=True)
class Enclosure:
    """What the walls are to enclose.

    Args:
        scratch: the submission's folder.
        place: an empty folder on which to build the private file system.
        readable: files and folders that may be read.
        required: refuse to go on without Landlock and the filter of system calls.
    """

    scratch: Path
    place: Path
    readable: tuple[Path, ...]
    limits: Limits = field(default_factory=Limits)
    walls: Walls = field(default_factory=Walls)
    required: bool = True


class SandboxUnavailable(Exception):
    """No worker can be started here; the message says what to do."""

"""Scratch folders that a killed process does not leave behind for good."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nothing is graded
    fcntl = None  # type: ignore[assignment]

SCRATCH = "grading-"  # of temporary folders of a grading


@contextmanager
def scratch(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """An empty temporary folder that is gone afterwards, or after a kill with the next `sweep`.

    Args:
        prefix: of its name.
        parent: where it is made; None for the system's temporary folder.
    """
    folder, descriptor = _held(prefix, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def sweep(prefix: str, parent: Path | None = None) -> None:
    """Remove the scratch folders whose owner is gone."""
    for folder in (parent or Path(tempfile.gettempdir())).glob(f"{prefix}*"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(descriptor).st_uid == os.getuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


def _held(prefix: str, parent: Path | None) -> tuple[Path, int]:
    """A new folder and the open descriptor whose lock says that it is in use."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except FileNotFoundError:
            continue  # swept before it was locked
        if folder.is_dir():
            return folder, descriptor
        os.close(descriptor)

"""Keep generated pictures on disk, so that the next notebook starts at once.

The cache is a convenience: a missing, foreign, truncated, damaged or unwritable one costs time, never an error.
It lies in the folder named by the environment variable LABKIT_DATA ("off" means none), else in `datasets/cache` of
the course when the working folder is inside one, else in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Split = tuple[NDArray[np.uint8], NDArray[np.int64]]


def folder() -> Path | None:
    """The cache folder (perhaps not made yet), or None when caching is off."""
    chosen = os.environ.get("LABKIT_DATA", "")
    if chosen:
        return None if chosen.lower() == "off" else Path(chosen).expanduser()
    with contextlib.suppress(OSError, RuntimeError):
        here = Path.cwd()
        for place in (here, *here.parents):
            if (place / "datasets").is_dir() and (place / "labkit").is_dir():
                return place / "datasets" / "cache"
        base = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(base) if base else Path.home() / ".cache") / "labkit"
    return None


def cached(key: str, n: int, make: Callable[[int], Split]) -> Split:
    """The first n pictures and labels of the split `key`: from the cache when it holds enough, else made and kept."""
    place = folder()
    if place is None or n == 0:
        return make(n)
    path = place / f"{key}.npz"
    kept = _read(path, n)
    if kept is not None:
        return kept
    made = make(n)
    _write(path, made)
    return made


def _read(path: Path, n: int) -> Split | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            if int(file["count"]) < n:
                return None
            pictures, labels = file["pictures"], file["labels"]
    except (OSError, EOFError, ValueError, KeyError, TypeError, MemoryError, zipfile.BadZipFile, zlib.error):
        return None
    whole = len(labels)
    sound = (
        pictures.dtype == np.uint8
        and pictures.shape == (whole, 32, 32, 3)
        and labels.dtype == np.int64
        and labels.shape == (whole,)
        and n <= whole
        and bool(((labels >= 0) & (labels < 10)).all())
    )
    return (pictures[:n], labels[:n]) if sound else None


def _write(path: Path, split: Split) -> None:
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, count=np.int64(len(split[1])), pictures=split[0], labels=split[1])
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

"""Files that are there as a whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from labkit.printing.text import clean

FORMULA = ("=", "+", "-", "@")


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old or the new one, never half of it.

    Raises:
        OSError: the folder or the file cannot be written; nothing is left behind. It names the file.
    """
    try:
        return _written(path, content)
    except OSError as error:
        if error.errno is not None:  # in the place of the temporary one
            error.filename, error.filename2 = os.fspath(path), None
        raise


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def write_text(path: Path, text: str) -> Path:
    """`write_bytes` of UTF-8; what UTF-8 cannot hold becomes a question mark."""
    return write_bytes(path, text.encode("utf-8", "replace"))


def write_csv(path: Path, rows: Iterable[Sequence[str | float | None]]) -> Path:
    """`write_text` of a table. Numbers are numbers, None is an empty cell; text is on one line, and never a formula."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return write_text(path, stream.getvalue())


def _cell(value: str | float | None) -> str:
    if not isinstance(value, str):
        return "" if value is None else f"{value:.6g}"
    return safe_cell(value)


def safe_cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    text = " ".join(clean(text).split())
    return f"'{text}" if text.startswith(FORMULA) else text

"""When a submission was handed in: `timestamp.txt`, as nbgrader's exchange and zip_collect write it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from labkit.handin.collect import read_bytes, reason

TIMESTAMP = "timestamp.txt"
LONGEST = 200
OFFSET = re.compile(
    r"\s+([+-]\d\d:?\d\d)$"
)  # apart from the time, nbgrader reads its sign the wrong way round


def handed_in_at(submission: Path) -> tuple[datetime | None, str]:
    """The time (UTC, without a zone) and the text it was read from; (None, "") where there is no file.

    Raises:
        ValueError: the file holds no time; the message says what is wrong with it.
    """
    try:
        text = read_bytes(submission / TIMESTAMP, LONGEST).decode("utf-8-sig").strip()
        text = OFFSET.sub(r"\1", text)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        raise ValueError(reason(error)) from None
    try:
        return parse_utc(text), text
    except Exception:  # dateutil raises many types for what is no time
        raise ValueError("it holds no date and time") from None


def written_timestamp(submission: Path, folder: Path) -> datetime | None:
    """Copy a readable timestamp into a folder. Returns the time, None where there is none."""
    try:
        when, text = handed_in_at(submission)
    except ValueError:
        return None
    if when is not None:
        (folder / TIMESTAMP).write_text(f"{text}\n", encoding="utf-8")
    return when

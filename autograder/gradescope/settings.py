"""What a Gradescope autograder knows about its homework: written into the zip, read in the container."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import msgspec

from autograder.homework import Homework

SETTINGS, COURSE, LIBRARY = "settings.json", "course", "lib"  # names in the zip


class Late(msgspec.Struct, frozen=True):
    """The late policy's numbers for this homework; the due time is Gradescope's.

    Attributes:
        free_days: of the course; where there are any, the penalty is settled by the staff.
        zone: the course's time zone, by whose wall clock days are counted.
    """

    free_days: int = 0
    per_day: float = 0.0
    cap: float | None = None
    grace_minutes: float = 0.0
    zone: str | None = None


class Settings(msgspec.Struct, frozen=True):
    """Settings of one Gradescope autograder.

    Attributes:
        homework: without regions and without the staff's folder.
        sandbox: "auto", "landlock", "bwrap" or "none".
        hidden: when students see the results of hidden checks: "visible", "after_due_date", "after_published"
            or "hidden".
        late: see `Late`.
        seconds: wall time of the whole run, within Gradescope's own time-out.
    """

    homework: Homework
    sandbox: str = "auto"
    hidden: str = "after_published"
    late: Late = Late()
    seconds: float = 480.0


def encode(settings: Settings) -> bytes:
    """Settings as JSON; of the homework nothing but what grading needs."""
    homework = replace(settings.homework, folder=Path(settings.homework.name), regions={}, shows={})
    found = msgspec.structs.replace(settings, homework=homework)
    return msgspec.json.format(msgspec.json.encode(found, enc_hook=os.fspath))


def decode(data: bytes, course: Path) -> Settings:
    """Settings from JSON, with the homework in a course's folder."""
    found = msgspec.json.decode(data, type=Settings, dec_hook=lambda kind, value: Path(value))
    homework = replace(found.homework, folder=course / "solutions" / found.homework.name)
    return msgspec.structs.replace(found, homework=homework)

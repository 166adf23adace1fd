"""`submission_metadata.json`, as Gradescope writes it: who handed in, and how late."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder.gradescope.settings import Late
from autograder.late import Terms, days_late, lateness
from autograder.lateness import Lateness
from autograder.wording import counted


@dataclass(frozen=True)
class Metadata:
    """What Gradescope says about a submission.

    Attributes:
        created_at: when it was handed in; due: by when, extensions included; None where that is not said.
        students: names of those who handed in.
        attempt: its number among all of theirs, from 1.
    """

    created_at: datetime | None = None
    due: datetime | None = None
    students: tuple[str, ...] = ()
    attempt: int = 1


def read_metadata(path: Path) -> Metadata:
    """Read the file as far as it can be read: a damaged one costs its student nothing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return Metadata()
    found = found if isinstance(found, dict) else {}
    users = [user for user in _list(found.get("users")) if isinstance(user, dict)]
    own = [_time(_dict(user.get("assignment")).get("due_date")) for user in users]
    common = _time(_dict(found.get("assignment")).get("due_date"))
    dues = [due for due in (*own, common) if due is not None]
    return Metadata(
        created_at=_time(found.get("created_at")),
        due=max(dues, default=None),  # in a group the latest one counts, for all of them
        students=tuple(str(user.get("name") or user.get("email") or "") for user in users),
        attempt=1 + len(_list(found.get("previous_submissions"))),
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _time(value: Any) -> datetime | None:
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return when if when.tzinfo is not None else None


def lateness_there(metadata: Metadata, late: Late) -> Lateness | None:
    """How late a submission is, by Gradescope's times alone; None where they are not known."""
    if metadata.created_at is None or metadata.due is None:
        return None
    due = metadata.due
    with suppress(
        OSError, ValueError, KeyError
    ):  # an unknown zone: the offset is as good but for daylight saving
        due = due.astimezone(ZoneInfo(late.zone)) if late.zone else due
    terms = Terms(due, (), late.per_day, late.cap, timedelta(minutes=late.grace_minutes))
    days = days_late(metadata.created_at, due, terms.grace)
    if days and late.free_days:
        reason = f"{counted(days, 'day')} late (due {due:%Y-%m-%d %H:%M %Z}): the staff count free days."
        return Lateness(days, 0, 0.0, reason)
    return lateness(terms, days, 0, due)

"""The late policy: when each homework is due for whom, and what being late costs.

`course.toml` at the course's root:

    timezone = "America/Los_Angeles"

    [due]
    hw1 = 2026-01-16T23:59:00
    hw2 = 2026-01-30T23:59:00

    [late]
    free_days = 3           # per student, for the whole course
    per_day = 10            # points per day after that
    cap = 40                # the most that is subtracted
    grace_minutes = 15

    [late.hw2]              # where a homework's costs are others
    per_day = 5

and, for single students, `extensions.csv` beside it:

    student,homework,until,days
    ada,hw2,2026-02-09 12:00,
    bob,*,,2

A day late is a begun day after the due time by the wall clock of the course's time zone, so that a
change to daylight saving time moves nobody's deadline. Free days are used up in the order in which
homeworks are due. Times come from timestamp.txt, never from this machine's clock.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder.homework import SOLUTIONS, Course, CourseError
from autograder.lateness import Lateness
from autograder.submission.timestamp import handed_in_at
from autograder.tables import read_table
from autograder.wording import counted

COURSE, EXTENSIONS = "course.toml", "extensions.csv"
EVERY = "*"  # in extensions.csv: every homework
END_OF_DAY = time(23, 59, 59)
MOST_DAYS = 3650
COSTS = ("per_day", "cap", "grace_minutes")  # and free_days, which is the course's alone
IN_TIME = Lateness(0, 0, 0.0, "Handed in on time.")
UNKNOWN = Lateness(0, 0, 0.0, "It is not known when this was handed in, so it counts as on time.")


@dataclass(frozen=True)
class Terms:
    """The terms of one homework.

    Attributes:
        due: with the course's time zone.
        notebooks: their names, in order.
        per_day: points per late day that no free day covers; cap: the most that is subtracted, None: all.
        grace: how much later counts as in time.
    """

    due: datetime
    notebooks: tuple[str, ...]
    per_day: float = 0.0
    cap: float | None = None
    grace: timedelta = timedelta()

    def penalty(self, days: int) -> float:
        """Points subtracted for days that no free day covers."""
        return min(self.per_day * days, math.inf if self.cap is None else self.cap)


@dataclass(frozen=True)
class Extension:
    """More time for one student: a due time of their own, or days added to the homework's."""

    until: datetime | None
    days: int


@dataclass(frozen=True)
class LatePolicy:
    """The policy of a course.

    Attributes:
        free_days: per student, for all homeworks together.
        terms: of the homeworks with a due time, in the order in which they are due.
        extensions: by student and homework (or "*").
    """

    free_days: int = 0
    terms: Mapping[str, Terms] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], Extension] = field(default_factory=dict)

    def due(self, student: str, homework: str) -> datetime:
        """When a homework is due for a student; an extension never makes that earlier."""
        due = self.terms[homework].due
        own = [due]
        for name in (homework, EVERY):
            if (more := self.extensions.get((student, name))) is not None:
                own.append(more.until or due + timedelta(days=more.days))
        return max(own)

    def of(self, student: str, times: Mapping[str, datetime | None]) -> dict[str, Lateness]:
        """A student's lateness in every homework that was handed in and has a due time.

        Args:
            times: with a time zone, by homework; None where the time is not known.
        """
        left, found = self.free_days, {}
        for homework, terms in self.terms.items():
            if homework not in times:
                continue
            when, due = times[homework], self.due(student, homework)
            if when is None:
                found[homework] = UNKNOWN
                continue
            days = days_late(when, due, terms.grace)
            free = min(days, left)
            left -= free
            found[homework] = lateness(terms, days, free, due)
        return found


def days_late(when: datetime, due: datetime, grace: timedelta = timedelta()) -> int:
    """Begun days after the due time, by the wall clock of the due time's zone."""
    if when <= due + grace:
        return 0
    # Adding days to a time with a zone keeps its wall clock, so each day's deadline is at the same hour.
    days = max(1, (when - due) // timedelta(days=1))
    while days < MOST_DAYS and when > due + timedelta(days=days) + grace:
        days += 1
    return min(days, MOST_DAYS)


def lateness(terms: Terms, days: int, free: int, due: datetime) -> Lateness:
    """What so many late days, of which some are free, come to."""
    if days == 0:
        return IN_TIME
    penalty = terms.penalty(days - free)
    covered = f", {counted(free, 'free day')} used" if free else ""
    cost = f"{penalty:g} points are subtracted" if penalty else "no points are subtracted"
    return Lateness(
        days, free, penalty, f"{counted(days, 'day')} late (due {due:%Y-%m-%d %H:%M %Z}){covered}: {cost}."
    )


def class_lateness(course: Course, policy: LatePolicy) -> dict[str, dict[str, Lateness]]:
    """The lateness of everything in `submitted/`: {student: {homework: Lateness}}."""
    if not policy.terms or not course.submitted.is_dir():
        return {}
    students = sorted(path.name for path in course.submitted.iterdir())
    return {student: student_lateness(course, policy, student) for student in students}


def student_lateness(course: Course, policy: LatePolicy, student: str) -> dict[str, Lateness]:
    """The lateness of everything that one student handed in, by homework."""
    folders = {homework: course.submitted / student / homework for homework in policy.terms}
    return policy.of(
        student, {name: _handed_in(folder) for name, folder in folders.items() if folder.is_dir()}
    )


def lateness_of(course: Course, homework: str) -> dict[str, Lateness]:
    """How late each student's submission of a homework is; empty where it has no due time.

    Raises:
        CourseError: course.toml or extensions.csv is wrong.
    """
    found = class_lateness(course, read_policy(course))
    return {student: each[homework] for student, each in found.items() if homework in each}


def _handed_in(submission: Path) -> datetime | None:
    try:
        when, _ = handed_in_at(submission)
    except ValueError:
        return None
    return None if when is None else when.replace(tzinfo=UTC)


def split(penalty: float, scores: Sequence[float]) -> list[float]:
    """A penalty spread over a homework's notebooks: each takes what it can, none falls below 0."""
    shares = []
    for score in scores:
        shares.append(max(0.0, min(penalty, score)))
        penalty -= shares[-1]
    return shares


def read_policy(course: Course) -> LatePolicy:
    """Read course.toml and extensions.csv.

    Raises:
        CourseError: something in them is wrong; the message says what and where.
    """
    found, names = _toml(course.root / COURSE), course.names()
    zone = _zone(found.get("timezone"))
    dues, late = _table(found, "due"), dict(_table(found, "late"))
    own = {name: _table(late, name) for name in names if name in late}
    free_days = late.pop("free_days", 0)
    if not isinstance(free_days, int) or isinstance(free_days, bool) or free_days < 0:
        raise CourseError(f"{COURSE}: free_days must be a whole number, not {free_days!r}.")
    if unknown := sorted(set(dues) - set(names)):
        raise CourseError(
            f"{COURSE}: [due] names {unknown[0]!r}, but there is no such homework in {SOLUTIONS}/."
        )
    common = {key: value for key, value in late.items() if key not in own}
    costs = {name: _costs({**common, **own.get(name, {})}) for name in names}
    terms = {
        name: Terms(_due(name, dues[name], zone), _notebooks(course, name), **costs[name]) for name in dues
    }
    ordered = dict(sorted(terms.items(), key=lambda pair: (pair[1].due, pair[0])))
    return LatePolicy(free_days, ordered, _extensions(course.root / EXTENSIONS, zone, names))


def _notebooks(course: Course, homework: str) -> tuple[str, ...]:
    return tuple(_toml(course.root / SOLUTIONS / homework / "homework.toml").get("notebooks", ()))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}.") from None


def _table(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise CourseError(f"{COURSE}: {name} must be a table.")
    return table


def _zone(name: object) -> tzinfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (OSError, ValueError, KeyError):
        raise CourseError(
            f'{COURSE}: timezone {name!r} is not known; write one such as "Europe/Berlin".'
        ) from None


def _due(homework: str, due: object, zone: tzinfo | None) -> datetime:
    if not isinstance(due, date):
        raise CourseError(
            f"{COURSE}: [due] of {homework} must be a date and time such as 2026-02-06T23:59:00, not {due!r}."
        )
    when = due if isinstance(due, datetime) else datetime.combine(due, END_OF_DAY)
    return _located(f"{COURSE}, {homework}", when, zone)


def _located(where: str, when: datetime, zone: tzinfo | None) -> datetime:
    """A time in the course's zone."""
    if when.tzinfo is None:
        if zone is None:
            raise CourseError(
                f'{where}: {when} has no time zone. Write timezone = "Europe/Berlin" (or your own) '
                f"at the top of {COURSE}, or the time with an offset, such as 2026-02-06T23:59:00-08:00."
            )
        return when.replace(tzinfo=zone)
    return when if zone is None else when.astimezone(zone)


def _costs(table: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(table) - set(COSTS)):
        known = ", ".join(COSTS)
        raise CourseError(
            f"{COURSE}: [late] has {unknown[0]!r}, which is neither a homework nor one of {known}."
        )
    for key, value in table.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
            raise CourseError(f"{COURSE}: {key} must be a number from 0 on, not {value!r}.")
    costs: dict[str, Any] = {key: float(table[key]) for key in ("per_day", "cap") if key in table}
    return {**costs, "grace": timedelta(minutes=table.get("grace_minutes", 0))}


def _extensions(path: Path, zone: tzinfo | None, names: Iterable[str]) -> dict[tuple[str, str], Extension]:
    if not path.exists():
        return {}
    found: dict[tuple[str, str], Extension] = {}
    for number, row in read_table(path):
        cells = {key.strip().lower(): value for key, value in row.items()}
        student, homework = cells.get("student", ""), cells.get("homework", "")
        where = f"{EXTENSIONS}, line {number}"
        if not any(cells.values()):
            continue
        if not student or homework not in (*names, EVERY):
            raise CourseError(f"{where}: needs a student and a homework ({', '.join(names)} or {EVERY}).")
        if (student, homework) in found:
            raise CourseError(f"{where}: {student} and {homework} are there twice; which one counts?")
        found[student, homework] = _extension(where, cells, homework, zone)
    return found


def _extension(where: str, cells: Mapping[str, str], homework: str, zone: tzinfo | None) -> Extension:
    until, days = cells.get("until", ""), cells.get("days", "")
    if days.isdecimal() and not until and int(days) <= MOST_DAYS:
        return Extension(None, int(days))
    if until and not days and homework != EVERY:
        try:
            when = datetime.fromisoformat(until)
        except ValueError:
            raise CourseError(f"{where}: until is {until!r}; write it as 2026-02-09 12:00.") from None
        if len(until) <= len("2026-02-09"):
            when = datetime.combine(when.date(), END_OF_DAY)
        return Extension(_located(where, when, zone), 0)
    raise CourseError(f"{where}: write either until (for one homework) or a whole number of days.")

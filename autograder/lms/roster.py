"""`students.csv` at the course's root: who is who in which system.

    student,name,email,canvas_id,sis_id,sis_login,section,moodle_id
    ada,Ada Lovelace,ada@example.edu,1001,S-17,alovelace,A,

Every column but the first may be missing. A gradebook that was exported from Canvas may be put there
as it is: then the student's folder is named by the SIS login. A column `dropped` says who has left the
course: anything but "no" in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from autograder.homework import Course, CourseError, Homework
from autograder.submitted import usable
from autograder.tables import read_table

STUDENTS = "students.csv"
ALIASES = {
    "full_name": "name", "email_address": "email", "sis_user_id": "sis_id", "sid": "sis_id",
    "sis_login_id": "sis_login", "login": "sis_login", "identifier": "moodle_id",
}  # fmt: skip
STAYS = ("", "no", "0", "false")  # in the column `dropped`
LEFT = f"has left the course, as {STUDENTS} says"
CANVAS = {"student", "id", "sis_login_id"}  # columns of Canvas's own export


@dataclass(frozen=True)
class Person:
    """A student as the systems know them; "" where that is not known.

    Attributes:
        student: name of their folder in `submitted/`.
        dropped: whether they have left the course, as students.csv says it.
    """

    student: str = ""
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    sis_login: str = ""
    section: str = ""
    moodle_id: str = ""
    dropped: str = ""

    @property
    def has_left(self) -> bool:
        """Whether they have left the course."""
        return self.dropped.casefold() not in STAYS


@dataclass(frozen=True)
class Roster:
    """The students of a course."""

    people: tuple[Person, ...] = ()

    def of(self, student: str) -> Person | None:
        """The student with this folder."""
        return next((person for person in self.people if person.student == student), None)

    def find(self, wanted: Person) -> Person | None:
        """The student that a system means: by the first of e-mail, SIS id, Canvas id and name that fits just one."""
        for key in ("email", "sis_id", "canvas_id", "name"):
            value = getattr(wanted, key).casefold()
            found = [person for person in self.people if value and getattr(person, key).casefold() == value]
            if len(found) == 1:
                return found[0]
        return None


def read_roster(course: Course) -> Roster:
    """The course's students.csv; an empty roster where there is none.

    Raises:
        CourseError: it cannot be read, has no column of students, or a student's name cannot be a folder.
    """
    path = course.root / STUDENTS
    if not path.exists():
        return Roster()
    people: dict[str, Person] = {}
    for number, row in read_table(path):
        cells = _cells(row)
        if "student" not in cells:
            raise CourseError(
                f"{STUDENTS}: its first line must name the columns, one of them student; it names {', '.join(row)}."
            )
        person = Person(**{each.name: cells.get(each.name, "") for each in fields(Person)})
        if not any(row.values()) or "points possible" in (person.name or person.student).casefold():
            continue
        if not usable(person.student):
            raise CourseError(
                f"{STUDENTS}, line {number}: student {person.student!r} cannot be a folder's name; "
                "use letters, digits and @ . _ -"
            )
        if person.student in people:
            raise CourseError(f"{STUDENTS}, line {number}: student {person.student!r} is there twice.")
        people[person.student] = person
    return Roster(tuple(people.values()))


def absent(course: Course, homework: Homework, students: Iterable[str]) -> dict[str, str]:
    """Who of those with results is no longer in the course, with the reason.

    That is who is marked as dropped, and, where there is a students.csv, who is not in it and has no submission.
    """
    roster = read_roster(course)
    found = {}
    for student in students:
        person = roster.of(student)
        if person is not None and person.has_left:
            found[student] = LEFT
        elif person is None and roster.people and not (course.submitted / student / homework.name).is_dir():
            found[student] = f"has neither a row in {STUDENTS} nor a submission any more"
    return found


def _cells(row: Mapping[str, str]) -> dict[str, str]:
    """A row by the names that columns have here."""
    cells = {re.sub(r"\W+", "_", key.strip().lower()): value for key, value in row.items()}
    if set(cells) >= CANVAS:
        cells |= {"name": cells["student"], "canvas_id": cells["id"], "student": cells["sis_login_id"]}
    return {ALIASES.get(key, key): value for key, value in cells.items()}

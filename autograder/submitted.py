"""What was handed in: the folders of `submitted/`, by student."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from autograder.homework import Course, CourseError, Homework

NOT_IN_NAMES = re.compile(r"^[.\-\s]|\s$|[*?\[\]\\/:\"<>|]")
LONGEST_NAME = 200  # bytes


def submissions(course: Course, homework: Homework) -> tuple[dict[str, Path], list[tuple[str, str]]]:
    """Folders handed in for a homework, by student, and what was refused with the reason."""
    found: dict[str, Path] = {}
    refused = []
    for parent in sorted(course.submitted.iterdir()) if course.submitted.is_dir() else ():
        name, folder = parent.name, parent / homework.name
        try:
            mode = folder.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            refused.append((_shown(name), f"cannot be read ({error.strerror})"))
            continue
        if parent.is_symlink() or not stat.S_ISDIR(mode):
            refused.append((_shown(name), "is not a plain folder"))
        elif not os.access(folder, os.R_OK | os.X_OK):
            refused.append((_shown(name), f"cannot be read ({os.strerror(errno.EACCES)})"))
        elif not usable(name):
            refused.append(
                (
                    _shown(name),
                    "is not a usable name: rename the folder, to letters, digits and @ . _ - at best",
                )
            )
        else:
            found[name] = folder
    return found, refused


def chosen(
    course: Course, homework: Homework, students: Iterable[str] | None
) -> tuple[dict[str, Path], list[tuple[str, str]]]:
    """As `submissions`, of some students or of all.

    Raises:
        CourseError: nothing was handed in, or nothing by one of these students.
    """
    found, refused = submissions(course, homework)
    if students is not None:
        wanted = set(students)
        unknown = sorted(wanted - set(found))
        if unknown:
            raise CourseError(f"Nothing was handed in for {homework.name} by {', '.join(unknown)}.")
        found = {name: folder for name, folder in found.items() if name in wanted}
    if not found:
        raise CourseError(
            f"Nothing was handed in for {homework.name}: expected folders like {course.submitted}/STUDENT/{homework.name}."
        )
    return found, refused


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def usable(name: str) -> bool:
    """Whether a folder's name can be a student's: in files, patterns, tables and on the terminal."""
    try:
        short = len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False
    return bool(name) and short and name.isprintable() and not NOT_IN_NAMES.search(name)

"""`autograder import`: a download of all submissions becomes folders in `submitted/`.

Nothing that is there is lost: what is replaced moves to `.autograder/replaced/`, and what is newer than
the download stays.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.homework import Course, CourseError, Homework
from autograder.lms.archive import Remark, Room, name_of, open_zip, unpack
from autograder.lms.download import HandedIn, read_download
from autograder.lms.roster import LEFT, Person, Roster, read_roster
from autograder.locks import only_grader
from autograder.submission.packed import is_archive
from autograder.submission.timestamp import TIMESTAMP, handed_in_at
from autograder.submitted import usable
from labkit.handin.collect import find, is_wanted
from labkit.handin.folders import unwrapped

STAGING, REPLACED = "import", "replaced"
ASK = "ask the student for a zip, or for the files themselves"
NEW, CHANGED, SAME, OLDER, REFUSED = "new", "replaced", "unchanged", "kept", "refused"


@dataclass(frozen=True)
class Imported:
    """What became of one student's submission.

    Attributes:
        student: name of the folder; where there can be none, how the download calls the student.
        what: "new", "replaced", "unchanged", "kept" (what is there is newer) or "refused".
        said: what staff should know, one sentence each.
    """

    student: str
    what: str
    said: tuple[str, ...] = ()


def import_download(course: Course, homework: Homework, path: Path) -> tuple[list[Imported], list[Remark]]:
    """Put every submission of a download where grading finds it.

    Returns:
        One entry per student, and what else in the download was left out.

    Raises:
        CourseError: the file is no download, or another command is at work here.
    """
    roster = read_roster(course)
    with _archive(path) as archive, only_grader(course), _staging(course) as staging:
        try:
            found, remarks = read_download(archive, homework)
        except ValueError as error:
            raise CourseError(f"{path} {error}.") from None
        last: dict[str, tuple[Person, HandedIn]] = {}
        for each in found:
            for person in each.people:
                student = _folder_name(person, roster)
                if student in last:
                    remarks.append(
                        (last[student][1].label, f"an earlier attempt of {student}; the last one counts")
                    )
                last[student] = (person, each)
        unpacked: dict[str, tuple[Path, tuple[str, ...]]] = {}
        done = []
        for student, (person, each) in sorted(last.items()):
            known = roster.find(person) or roster.of(student)
            if known is not None and known.has_left:
                done.append(Imported(student, REFUSED, (LEFT,)))
                continue
            if each.label not in unpacked:
                unpacked[each.label] = _unpacked(archive, each, staging / f"submission-{len(unpacked)}")
            folder, said = unpacked[each.label]
            if roster.people and known is None:
                said = (*said, "is not in students.csv")
            done.append(_placed(course, homework, student, each, folder, staging / "ready", said))
    return done, remarks


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    if path.is_dir():
        raise CourseError(f"{path} is a folder: give the zip file as it was downloaded.")
    if not path.exists():
        raise CourseError(f"There is no file {path}.")
    try:
        archive = open_zip(path)
    except ValueError as error:
        raise CourseError(f"{path} {error}. Download it again.") from None
    with archive:
        yield archive


@contextmanager
def _staging(course: Course) -> Iterator[Path]:
    """An empty folder on the course's own disk, so that what is ready can be moved at once."""
    folder = course.state / STAGING
    _remove(folder)  # of an import that was killed
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, if it is there, however deep the folders in it are."""
    folders = [os.fspath(folder)]
    for each in folders:  # which grows
        with suppress(OSError), os.scandir(each) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    Path(entry.path).unlink()
    for each in reversed(folders):
        with suppress(OSError):
            Path(each).rmdir()


def _folder_name(person: Person, roster: Roster) -> str:
    """The student's folder: as students.csv has it, else the e-mail address, else what the download says."""
    known = roster.find(person)
    return known.student if known else person.email or person.student or person.sis_id or person.name


def _unpacked(archive: zipfile.ZipFile, each: HandedIn, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """A submission's files; where they are zip files themselves, what is in those."""
    folder.mkdir()
    room = Room()
    remarks = unpack(archive, each.entries, folder, room)
    files = find(folder).files
    if not any(map(is_wanted, files)):
        for name in [name for name in files if name.lower().endswith(".zip")]:
            try:
                with open_zip(files[name], students=True) as inner:
                    entries = ((name_of(entry), entry) for entry in inner.infolist())
                    remarks += unpack(inner, entries, folder, room)
                files[name].unlink()
            except ValueError as error:
                remarks.append((name, f"{error}: {ASK}"))
    named = {name for name, _ in remarks}
    left = [name for name in find(folder).files if is_archive(name) and name not in named]
    remarks += [(name, _packed(name)) for name in left]
    return folder, tuple(f"{name}: {reason}" for name, reason in remarks)


def _packed(name: str) -> str:
    """What to say about an archive that is still one."""
    if name.lower().endswith(".zip"):
        return "is a zip in another one or beside other files, and was not unpacked: look whether anything is missing"
    return f"is an archive that cannot be unpacked here: {ASK}"


def _placed(
    course: Course,
    homework: Homework,
    student: str,
    each: HandedIn,
    folder: Path,
    ready: Path,
    said: tuple[str, ...],
) -> Imported:
    if not usable(student):
        reason = (
            f"{each.label}: {student!r} cannot be a folder's name; give the student a line in students.csv"
        )
        return Imported(student or each.label, REFUSED, (reason, *said))
    files = _files(folder, homework)
    if not files:
        return Imported(student, REFUSED, ("no file could be taken", *said))
    _copy(files, each.when, ready)
    target = course.submitted / student / homework.name
    written = (target / TIMESTAMP).relative_to(course.root)
    wanted = f"late, but the download does not say when: write the time into {written}"
    unknown = each.late and each.when is None
    if not target.is_dir() and not target.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        ready.rename(target)
        return Imported(student, NEW, (*said, wanted) if unknown else said)
    there, same = _when(target), _content(target, homework) == _content(ready, homework)
    if unknown and not (same and there is not None):
        said = (*said, wanted)
    if same and (each.when is None or there == each.when):
        shutil.rmtree(ready)
        return Imported(student, SAME, said)
    if each.when is not None and there is not None and there > each.when:
        shutil.rmtree(ready)
        return Imported(student, OLDER, (f"what is there is newer ({there:%Y-%m-%d %H:%M} UTC)", *said))
    if each.when is None and there is not None:
        said = (
            *said,
            f"the time {there:%Y-%m-%d %H:%M} UTC in the former {TIMESTAMP} was put aside with it: "
            f"if this one was late as well, write its time into {written}",
        )
    kept = _kept(course, homework, student)
    target.rename(kept)
    ready.rename(target)
    return Imported(student, CHANGED, (f"the former one is in {kept.relative_to(course.root)}", *said))


def _files(folder: Path, homework: Homework) -> dict[str, Path]:
    """A submission's files by their names in the homework's folder, which may have been handed in as a whole."""
    return unwrapped(find(folder), (*homework.edit, *homework.keep)).files


def _copy(files: dict[str, Path], when: datetime | None, ready: Path) -> None:
    shutil.rmtree(ready, ignore_errors=True)
    for name, path in files.items():
        target = ready / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    if when is not None:
        (ready / TIMESTAMP).write_text(f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n", encoding="utf-8")


def _when(submission: Path) -> datetime | None:
    try:
        when, _ = handed_in_at(submission)
    except ValueError:
        return None
    return None if when is None else when.replace(tzinfo=UTC)


def _content(folder: Path, homework: Homework) -> dict[str, bytes]:
    """What is in a submission: a hash per file, without the time of handing in."""
    hashes = {}
    for name, path in _files(folder, homework).items():
        with path.open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").digest()
    return hashes


def _kept(course: Course, homework: Homework, student: str) -> Path:
    """A place that is not taken for what is replaced."""
    folder = course.state / REPLACED / homework.name / student
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (folder / str(number)).exists():
        number += 1
    return folder / str(number)

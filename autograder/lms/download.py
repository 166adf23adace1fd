"""What a download of all submissions holds, as Gradescope and Canvas make it.

Gradescope: `submission_metadata.yml` and a folder `submission_<id>` per submission, a group's only once.
Canvas: one file after the other, `lovelaceada_LATE_1001_52345_hw2.zip`: name, whether late, the ids of the
student and of the file, the file's own name, which gets "-1", "-2" when it is handed in again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from autograder.homework import Homework
from autograder.lms.archive import DAMAGED, Remark, name_of
from autograder.lms.roster import Person

METADATA = "submission_metadata.yml"
MOST_METADATA = 200_000_000  # bytes: the results of all autograder runs are in it
LONGEST_NAME = 500  # of an uploaded file, as Canvas writes it
CANVAS = re.compile(
    r"(?P<who>.*?)_(?:(?P<late>LATE)_)?(?P<id>\d+|anon_\w+?)_(?P<file>\d+)_(?P<name>.+)", re.DOTALL
)
CANVAS_PAGE = re.compile(r".*_\d+_(text|link)\.html")
AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,4})(?P<end>\.\w+)")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Entries = tuple[tuple[str, zipfile.ZipInfo], ...]


@dataclass(frozen=True)
class HandedIn:
    """One submission in a download.

    Attributes:
        label: how the download calls it.
        people: who handed it in, several in a group.
        when: with a time zone; None where the download does not say.
        late: whether it says that it was late.
        entries: its files, by their names within the submission.
    """

    label: str
    people: tuple[Person, ...]
    when: datetime | None
    late: bool
    entries: Entries


def read_download(archive: zipfile.ZipFile, homework: Homework) -> tuple[list[HandedIn], list[Remark]]:
    """The submissions in a download, earlier ones first, and what in it is none.

    Raises:
        ValueError: it is neither Gradescope's nor Canvas's; the message says what is missing.
    """
    names = {
        name: entry for entry in archive.infolist() if "__MACOSX" not in (name := name_of(entry)).split("/")
    }
    metadata = min((name for name in names if _is_metadata(name, names[name])), key=len, default=None)
    if metadata is not None:
        return _gradescope(_metadata(archive, names[metadata]), metadata.removesuffix(METADATA), names)
    found, remarks = _canvas(names, homework)
    if not found:
        raise ValueError(
            f"holds neither {METADATA} (Gradescope: Export Submissions) nor files named as "
            "Canvas names them (lovelaceada_1001_52345_hw2.zip)"
        )
    return found, remarks


def _is_metadata(name: str, entry: zipfile.ZipInfo) -> bool:
    """Whether a file is Gradescope's list of submissions: at the top or one folder down, and no student's file so named."""
    folder, _, base = name.rpartition("/")
    plain = "/" not in folder and "\\" not in entry.orig_filename
    return base == METADATA and plain and _canvas_name(folder) is None


def _canvas_name(base: str) -> re.Match[str] | None:
    return CANVAS.fullmatch(base) if len(base) <= LONGEST_NAME else None


def _metadata(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> dict[str, Any]:
    if entry.file_size > MOST_METADATA:
        raise ValueError(f"{METADATA} is too large to be read")
    try:
        with archive.open(entry) as file:
            found = yaml.load(file.read(MOST_METADATA), Loader=_LOADER)
    except (yaml.YAMLError, *DAMAGED, OSError, RecursionError) as error:
        raise ValueError(f"{METADATA} is damaged ({str(error).splitlines()[0]})") from None
    if not isinstance(found, dict):
        raise ValueError(f"{METADATA} lists no submissions")
    return found


def _gradescope(
    metadata: dict[str, Any], root: str, names: dict[str, zipfile.ZipInfo]
) -> tuple[list[HandedIn], list[Remark]]:
    found, remarks = [], []
    for label, value in metadata.items():
        stated = value if isinstance(value, dict) else {}
        submitters = [each for each in stated.get(":submitters") or () if isinstance(each, dict)]
        people = tuple(
            Person(name=_text(each, "name"), email=_text(each, "email"), sis_id=_text(each, "sid"))
            for each in submitters
        )
        prefix = f"{root}{label}/"
        entries = tuple(
            (name.removeprefix(prefix), entry) for name, entry in names.items() if name.startswith(prefix)
        )
        if not people or not entries:
            remarks.append((str(label), "has no student" if not people else "has no files in this download"))
            continue
        found.append(HandedIn(str(label), people, _time(stated.get(":created_at")), False, entries))
    found.sort(key=lambda each: (each.when or datetime.min.replace(tzinfo=UTC), each.label))
    return found, remarks


def _text(stated: dict[str, Any], key: str) -> str:
    value = stated.get(f":{key}")
    return "" if value is None else str(value).strip()


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00").replace(" Z", "+00:00"))
        except ValueError:
            return None
    if not isinstance(value, date) or not isinstance(value, datetime):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _CanvasFile:
    person: Person
    late: bool
    number: int
    again: int
    name: str
    entry: zipfile.ZipInfo


def _canvas(names: dict[str, zipfile.ZipInfo], homework: Homework) -> tuple[list[HandedIn], list[Remark]]:
    expected = {PurePosixPath(name).name.lower() for name in (*homework.edit, *homework.keep)}
    expected |= {f"{name}.ipynb".lower() for name in homework.notebooks}
    files: dict[str, list[_CanvasFile]] = {}
    remarks = []
    for name, entry in names.items():
        base = PurePosixPath(name).name
        if name.endswith("/") or base.startswith("."):
            continue
        match = _canvas_name(base)
        if match is None or CANVAS_PAGE.fullmatch(base):
            remarks.append((base, "is not a file that a student uploaded"))
            continue
        person = Person(student=f"{match['who']}_{match['id']}", canvas_id=match["id"])
        again, own = _unnumbered(match["name"], expected)
        file = _CanvasFile(person, bool(match["late"]), int(match["file"]), again, own, entry)
        files.setdefault(person.student, []).append(file)
    return [_canvas_submission(group, remarks) for group in files.values()], remarks


def _unnumbered(name: str, expected: set[str]) -> tuple[int, str]:
    """How often a file was handed in before, and its name without that number."""
    match = AGAIN.fullmatch(name)
    if match is not None:
        plain = f"{match['stem']}{match['end']}"
        if plain.lower() in expected or match["end"].lower() == ".zip":
            return int(match["number"]), plain
    return 0, name


def _canvas_submission(group: list[_CanvasFile], remarks: list[Remark]) -> HandedIn:
    latest: dict[str, _CanvasFile] = {}
    for file in sorted(group, key=lambda file: (file.again, file.number)):
        key = ".zip" if file.name.lower().endswith(".zip") else file.name
        if key in latest:
            remarks.append((latest[key].entry.filename, "was handed in again; the last one counts"))
        latest[key] = file
    entries = tuple(_entries(latest))
    first = group[0]
    return HandedIn(first.person.student, (first.person,), None, any(file.late for file in group), entries)


def _entries(latest: dict[str, _CanvasFile]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for file in latest.values():
        yield file.name, file.entry

"""Unpacking zip files that somebody else made: no path climbs, nothing is followed, nothing grows without bound."""

from __future__ import annotations

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.submission.merge import MOST_NOTEBOOK
from autograder.submission.packed import is_plain, open_packed
from labkit.handin.collect import DEEPEST, JUNK_FILES, JUNK_FOLDERS, MOST_FILES

MOST_BYTES = 2 * MOST_NOTEBOOK  # of one submission, unpacked
LONGEST_PART = 200  # bytes of a file's name
CHUNK = 1 << 20
UTF8 = 0x800  # flag: the name is UTF-8
ENCRYPTED = 0x1
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError,
    OverflowError, ValueError,
)  # fmt: skip
BAD_NAMES = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)

Remark = tuple[str, str]  # (file, what became of it)


@dataclass
class Room:
    """What may still be unpacked of one submission, the zip files in it included."""

    bytes: int = MOST_BYTES
    files: int = MOST_FILES


def open_zip(path: Path, students: bool = False) -> zipfile.ZipFile:
    """A zip file.

    Args:
        students: it was made by a student, and may not list files without end.

    Raises:
        ValueError: it is none; the message says so.
    """
    try:
        return open_packed(path) if students else zipfile.ZipFile(path)
    except (*DAMAGED, OSError) as error:
        raise ValueError(f"is not a zip file that can be read ({error})") from None


def name_of(entry: zipfile.ZipInfo) -> str:
    """An entry's name, with "/" between folders; of UTF-8 without the flag that says so, too."""
    name = entry.orig_filename
    if not entry.flag_bits & UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.orig_filename
    return name.replace("\\", "/")


def place_of(name: str) -> PurePosixPath | None:
    """Where an entry may be unpacked to, relative to a folder; None for what systems leave in zip files.

    Raises:
        ValueError: nowhere; the message says why.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        raise ValueError("its path leads out of the folder")
    if not path.parts or path.name in JUNK_FILES or set(path.parts[:-1]) & JUNK_FOLDERS:
        return None
    if len(path.parts) > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} folders deep")
    for part in path.parts:
        if not part.isprintable() or len(part.encode("utf-8", "replace")) > LONGEST_PART:
            raise ValueError("its name cannot be a file's")
    return path


def unpack(
    archive: zipfile.ZipFile, entries: Iterable[tuple[str, zipfile.ZipInfo]], folder: Path, room: Room
) -> list[Remark]:
    """Unpack entries under given names. Returns those that were left out, with the reason.

    Args:
        room: how much that may be; what is unpacked is taken off.

    Raises:
        OSError: this machine cannot write them.
    """
    remarks: list[Remark] = []
    for name, entry in entries:
        try:
            place = None if name.endswith("/") else place_of(name)
            if place is None:
                continue
            if room.files <= 0:
                remarks.append((name, f"more than {MOST_FILES} files; the others were left out"))
                break
            room.files -= 1
            _write(archive, entry, folder / place, room)
        except DAMAGED as error:
            remarks.append((name, f"left out: {error}"))
        except OSError as error:
            if error.errno is not None and error.errno not in BAD_NAMES:
                raise  # a full disk is no fault of the file
            remarks.append((name, f"left out: {error.strerror or error}"))
    return remarks


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: Room) -> None:
    """Unpack one entry. What it says about its own size is not believed."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ValueError("it is a link or a device, not a file")
    if entry.flag_bits & ENCRYPTED:
        raise ValueError("it is encrypted")
    if not is_plain(entry):
        raise ValueError("it is packed in a way that is not read here (bzip2, LZMA, …)")
    if target.exists():
        raise ValueError("a file of this name was there before it")
    target.parent.mkdir(parents=True, exist_ok=True)
    size, most = 0, min(room.bytes, MOST_NOTEBOOK)
    try:
        with archive.open(entry) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise ValueError(f"it is too large unpacked (more than {most >> 20} MB)")
                file.write(chunk)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        room.bytes -= min(size, room.bytes)

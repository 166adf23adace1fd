"""Unpacking zip files that somebody else made: no path climbs, nothing is followed, nothing grows without bound."""

from __future__ import annotations

import errno
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from autograder.submission.merge import MOST_NOTEBOOK
from labkit.handin.collect import JUNK_FILES, JUNK_FOLDERS, MOST_FILES

MOST_BYTES = 2 * MOST_NOTEBOOK  # of one submission, unpacked
LONGEST_PART = 200  # bytes of a file's name
CHUNK = 1 << 20
UTF8 = 0x800  # flag: the name is UTF-8
ENCRYPTED = 0x1
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
BAD_NAMES = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)

Remark = tuple[str, str]  # (file, what became of it)


def open_zip(path: Path) -> zipfile.ZipFile:
    """A zip file.

    Raises:
        ValueError: it is none; the message says so.
    """
    try:
        return zipfile.ZipFile(path)
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
    for part in path.parts:
        if not part.isprintable() or len(part.encode("utf-8", "replace")) > LONGEST_PART:
            raise ValueError("its name cannot be a file's")
    return path


def unpack(
    archive: zipfile.ZipFile, entries: Iterable[tuple[str, zipfile.ZipInfo]], folder: Path
) -> list[Remark]:
    """Unpack entries under given names. Returns those that were left out, with the reason.

    Raises:
        OSError: this machine cannot write them.
    """
    remarks: list[Remark] = []
    left, count = MOST_BYTES, 0
    for name, entry in entries:
        try:
            place = None if name.endswith("/") else place_of(name)
            if place is None:
                continue
            count += 1
            if count > MOST_FILES:
                remarks.append((name, f"more than {MOST_FILES} files; the others were left out"))
                break
            left -= _write(archive, entry, folder / place, left)
        except DAMAGED as error:
            remarks.append((name, f"left out: {error}"))
        except OSError as error:
            if error.errno not in BAD_NAMES:
                raise  # a full disk is no fault of the file
            remarks.append((name, f"left out: {error.strerror}"))
    return remarks


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Unpack one entry; returns its size. What it says about its own size is not believed."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ValueError("it is a link or a device, not a file")
    if entry.flag_bits & ENCRYPTED:
        raise ValueError("it is encrypted")
    if target.exists():
        raise ValueError("a file of this name was there before it")
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with archive.open(entry) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                size += len(chunk)
                if size > min(most, MOST_NOTEBOOK):
                    raise ValueError(
                        f"it is too large unpacked (more than {min(most, MOST_NOTEBOOK) >> 20} MB)"
                    )
                file.write(chunk)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return size

"""Archives that a student made: zip files, of which unpacking takes little memory whatever they hold, and others."""

from __future__ import annotations

import zipfile
from pathlib import Path
from zipfile import _EndRecData  # type: ignore[attr-defined]

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may unpack a few bytes to gigabytes at once
ARCHIVES = (
    ".zip", ".zipx", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar",
)  # fmt: skip
MOST_LISTED = 8_000_000  # bytes of a file's list of contents, which is read as a whole: some 80,000 names
_SIZE = 5  # of the list, in what zipfile finds at a file's end


def open_packed(path: Path) -> zipfile.ZipFile:
    """A zip file whose list of contents is not too long to be read.

    Raises:
        ValueError: it is too long.
        OSError, zipfile.BadZipFile, …: as zipfile raises them, for what is no zip file.
    """
    with path.open("rb") as file:
        end = _EndRecData(file)
    if end and end[_SIZE] > MOST_LISTED:
        raise ValueError("it lists more files than are read")
    return zipfile.ZipFile(path)


def is_archive(name: str) -> bool:
    """Whether a file's name is an archive's; only zip files are ever unpacked."""
    return name.lower().endswith(ARCHIVES)


def is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is packed as every system packs (stored or deflated)."""
    return entry.compress_type in METHODS

"""Finding the files of a submission: only plain files, only the expected ones, wherever they lie."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOST_FILES = 5000
DEEPEST = 12
WANTED = (".ipynb", ".py", ".npz")  # found among however many other files
STAFFS = ("checks", "labkit")  # folders whose files never stand for a student's
SAVED = re.compile(  # what a browser, or Windows with its hidden endings, makes of a file's name
    r"(?P<name>.*?[^ ]) ?(?:\((?P<number>\d{1,3})\))?(?P<end>\.(?:ipynb|py|npz))(?: ?\(\d{1,3}\))?(?:\.(?:txt|json))?",
    re.IGNORECASE | re.DOTALL,
)
JUNK_FOLDERS = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git", ".idea", ".vscode", ".venv"}
JUNK_FILES = {".DS_Store", "Thumbs.db", "timestamp.txt", "desktop.ini"}


@dataclass(frozen=True)
class Found:
    """The files of a submission.

    Attributes:
        root: the folder that was handed in.
        files: every plain file, by its path relative to the root.
        refused: what was not looked at, with the reason.
    """

    root: Path
    files: dict[str, Path]
    refused: tuple[tuple[str, str], ...]

    def named(self, name: str) -> str | None:
        """The path that best stands for an expected file: exact, else nested or in other letter case, else as saved
        by a browser under another name: "knn (1).py", "knn.ipynb.txt".

        Args:
            name: expected path, such as "nndl/knn.py".
        """
        if name in self.files:
            return name
        wanted = PurePosixPath(name.lower())
        scored = []
        for path in self.files:
            parts = PurePosixPath(path.lower().replace("\\", "/")).parts
            plain, number = unsaved(parts[-1])
            if plain != wanted.name or parts[-2:-1] in [(folder,) for folder in STAFFS]:
                continue
            same = 0
            for ours, theirs in zip(reversed(wanted.parts), reversed((*parts[:-1], plain)), strict=False):
                if ours != theirs:
                    break
                same += 1
            scored.append((parts[-1] != plain, -same, len(parts), -number, path))
        return min(scored)[-1] if scored else None


def unsaved(name: str) -> tuple[str, int]:
    """A file's name without what saving it added, and the number that it got: "knn (1).py" is ("knn.py", 1)."""
    match = SAVED.fullmatch(name)
    return (match["name"] + match["end"], int(match["number"] or 0)) if match else (name, 0)


def is_wanted(path: str, *endings: str) -> bool:
    """Whether a file is of the kinds that homeworks ask for, or of these."""
    return unsaved(path)[0].lower().endswith(endings or WANTED)


def find(root: Path) -> Found:
    """All plain files below a folder; links, devices and what lies too deep are refused, not followed."""
    files: dict[str, Path] = {}
    refused: list[tuple[str, str]] = []
    crowded = False
    for path, kind in _walk(root, root, 0):
        name = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
        if kind != "file":
            refused.append((name, kind))
        elif len(files) >= (2 * MOST_FILES if is_wanted(name) else MOST_FILES):
            if not crowded:
                refused.append((name, f"more than {MOST_FILES} files were handed in; not all were looked at"))
            crowded = True
        else:
            files[name] = path
    return Found(root, files, tuple(refused))


def _walk(root: Path, folder: Path, depth: int) -> Iterator[tuple[Path, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield folder, f"the folder cannot be read ({error.strerror})"
        return
    for entry in entries:
        path = Path(entry.path)
        mode = entry.stat(follow_symlinks=False).st_mode
        if entry.name in JUNK_FILES or (stat.S_ISDIR(mode) and entry.name in JUNK_FOLDERS):
            continue
        if stat.S_ISLNK(mode):
            yield path, "a link, which is not followed; hand in the file itself"
        elif stat.S_ISDIR(mode):
            if depth + 1 >= DEEPEST:
                yield path, f"nested more than {DEEPEST} folders deep"
            else:
                yield from _walk(root, path, depth + 1)
        elif stat.S_ISREG(mode):
            yield path, "file"
        else:
            yield path, "not a plain file"


def reason(error: Exception) -> str:
    """Why a file could not be read, without the staff's paths."""
    if isinstance(error, OSError):
        return "a link, which is not followed" if error.errno == errno.ELOOP else error.strerror or "an error"
    return str(error)


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a plain file that is no larger than `most` bytes.

    Raises:
        ValueError: it is larger, or no plain file any more; the message says which.
        OSError: it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("not a plain file")
        if status.st_size > most:
            raise ValueError(
                f"{status.st_size / 1e6:.0f} MB, more than the {most / 1e6:.0f} MB that are allowed"
            )
        return file.read(most)

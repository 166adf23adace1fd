"""The leak check: refuses a release that holds anything a student must not see.

    leaks = find_leaks(homework, Path("dist/hw2.zip"))      # or a folder

Looks for solution text (line by line, whatever the spacing) and solution code (by syntax tree, whatever the
names), model answers and rubrics (runs of words), stored outputs and execution counts, hidden checks and their seed,
solution markers, and files that do not belong in a release, in cells, metadata, attachments, comments and files.
"""

from __future__ import annotations

import base64
import binascii
import bisect
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.homework import CourseError, Homework
from autograder.release.confidential import Secret, Secrets, shingles, words_of
from autograder.release.fragments import fragments
from autograder.release.strip import released_files
from autograder.wording import counted

MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME", "**Rubric**")
PAPERS = ("README.md", "requirements.txt")
LIBRARY = "labkit"
_NEVER = {"hidden", "__pycache__", ".ipynb_checkpoints", "tests"}
_BINARY = (".npz", ".npy", ".png", ".jpg", ".gif", ".svg", ".pdf", ".zip")
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Leak:
    """One thing found. `kind` says what, `source` where it comes from, `text` the piece itself, shortened."""

    file: str
    kind: str
    source: str
    cell: str | None = None
    line: int | None = None
    text: str = ""

    def __str__(self) -> str:
        place = ", ".join(
            [
                self.file,
                *([f"cell {self.cell}"] if self.cell else []),
                *([f"line {self.line}"] if self.line else []),
            ]
        )
        return f"{place}: {self.kind} ({self.source})" + (f": {self.text}" if self.text else "")


class LeakError(CourseError):
    """A release was refused. `leaks` holds everything found."""

    def __init__(self, homework: str, leaks: tuple[Leak, ...]) -> None:
        self.homework, self.leaks = homework, leaks
        super().__init__(
            "\n  ".join([f"{homework} was not released: {counted(len(leaks), 'leak')}", *map(str, leaks)])
        )


def find_leaks(homework: Homework, path: Path) -> tuple[Leak, ...]:
    """Everything in a release (a folder or a zip) that students must not see, in order of files.

    Raises FileNotFoundError if there is no such release, ValueError if a file ending in .zip is not a zip.
    """
    secrets, allowed = Secrets.of(homework), released_files(homework)
    if path.is_dir():
        return scan(secrets, files_in(path), allowed)
    try:
        files, strays = unpacked(path.read_bytes(), homework.name)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} is not a zip file: build it again") from error
    return (*strays, *scan(secrets, files, allowed))


def files_in(folder: Path) -> dict[str, bytes]:
    """{relative name: content} of every file below a folder; a link stands for its target's name."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            files[f"{name} -> {path.readlink()}"] = b""
        elif path.is_file():
            files[name] = path.read_bytes()
    return files


def scan(secrets: Secrets, files: Mapping[str, bytes], allowed: tuple[str, ...]) -> tuple[Leak, ...]:
    """Leaks in files given as {name: content}. `allowed` names the files that may be there besides labkit's."""
    leaks: list[Leak] = []
    for name, content in sorted(files.items()):
        parts = PurePosixPath(name).parts
        library = parts[0] == LIBRARY
        known = library or name in allowed or name in PAPERS
        if not known or set(parts) & _NEVER or name.endswith((".pyc", ".db")):
            leaks.append(Leak(name, "forbidden file", "not in the list of released files"))
        leaks += _in_file(secrets, name, content, markers=not library)
    return tuple(_once(leaks))


def _once(leaks: list[Leak]) -> Iterator[Leak]:
    """One leak of each kind and source per cell, the one highest up."""
    seen: set[tuple[str, str | None, str, str]] = set()
    for leak in leaks:
        key = (leak.file, leak.cell, leak.kind.split(",")[0], leak.source)
        if key not in seen:
            seen.add(key)
            yield leak


def unpacked(data: bytes, folder: str) -> tuple[dict[str, bytes], list[Leak]]:
    """The files of a zip relative to its one folder, and leaks for entries outside it, links and giants."""
    files: dict[str, bytes] = {}
    strays: list[Leak] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            parts = PurePosixPath(entry.filename).parts
            link = (entry.external_attr >> 16) & 0o170000 == 0o120000
            if entry.comment or entry.file_size > _LARGEST:
                strays.append(Leak(entry.filename, "forbidden file", "a comment in the zip, or over 64 MB"))
            if not parts or parts[0] != folder or ".." in parts or link:
                strays.append(Leak(entry.filename, "forbidden file", f"not a plain file in {folder}/"))
            if not entry.is_dir() and entry.file_size <= _LARGEST:
                files["/".join(parts[1:]) or entry.filename] = archive.read(entry)
        if archive.comment:
            strays.append(Leak("zip comment", "forbidden file", "a comment in the zip"))
    return files, strays


def _in_file(secrets: Secrets, name: str, content: bytes, markers: bool) -> Iterator[Leak]:
    if name.endswith(_BINARY):
        yield from _in_binary(secrets, name, content)
        return
    text = content.decode("utf-8", errors="replace")
    if name.endswith(".ipynb"):
        try:
            yield from _in_notebook(secrets, name, json.loads(text))
            return
        except (ValueError, TypeError, AttributeError, KeyError):
            yield Leak(name, "forbidden file", "not a readable notebook")
    yield from _in_text(secrets, name, None, text, markers)


def _in_notebook(secrets: Secrets, name: str, notebook: dict[str, Any]) -> Iterator[Leak]:
    yield from _in_strings(secrets, name, None, notebook.get("metadata", {}))
    for cell in notebook["cells"]:
        meta = cell.get("metadata", {})
        label = meta.get("nbgrader", {}).get("grade_id") or cell.get("id", "?")
        yield from _in_text(secrets, name, label, _joined(cell.get("source", "")), markers=True)
        if cell.get("outputs"):
            yield Leak(name, "stored output", "a cell was run and saved", label)
            yield from _in_strings(secrets, name, label, cell["outputs"])
        if cell.get("execution_count") is not None:
            yield Leak(name, "execution count", "a cell was run and saved", label)
        yield from _in_strings(secrets, name, label, meta)
        for attachment, bundle in cell.get("attachments", {}).items():
            yield from _in_attachment(secrets, name, label, attachment, bundle)
            if f"attachment:{attachment}" not in _joined(cell.get("source", "")):
                yield Leak(
                    name,
                    "attachment",
                    "not shown in the cell, so perhaps of its answer",
                    label,
                    text=attachment,
                )


def _in_attachment(
    secrets: Secrets, name: str, label: str, attachment: str, bundle: dict[str, Any]
) -> Iterator[Leak]:
    yield from _in_text(secrets, name, label, attachment, markers=True)
    for content in bundle.values():
        try:
            data = base64.b64decode(_joined(content), validate=False)
        except (binascii.Error, ValueError):
            yield from _in_text(secrets, name, label, _joined(content), markers=True)
            continue
        for leak in _in_file(secrets, attachment, data, markers=True):
            yield Leak(name, leak.kind, leak.source, label, leak.line, leak.text)


def _in_strings(secrets: Secrets, name: str, label: str | None, value: Any) -> Iterator[Leak]:
    """Leaks in every string inside metadata or outputs."""
    if isinstance(value, str):
        yield from _in_text(secrets, name, label, value, markers=True)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _in_strings(secrets, name, label, key)
            yield from _in_strings(secrets, name, label, inner)
    elif isinstance(value, list):
        lines = all(isinstance(inner, str) for inner in value)
        for inner in ["".join(value)] if lines else value:
            yield from _in_strings(secrets, name, label, inner)
    elif isinstance(value, int) and str(value) in secrets.texts:
        yield from _in_text(secrets, name, label, str(value), markers=False)


def _in_text(secrets: Secrets, name: str, label: str | None, text: str, markers: bool) -> Iterator[Leak]:
    if not text.strip():
        return
    lines = _Lines(text)

    def leak(kind: str, secret: Secret, line: int | None, found: str) -> Leak:
        return Leak(name, kind, secret.source, label, line, found[:100])

    for marker in MARKERS if markers else ():
        if marker in text:
            line = text[: text.index(marker)].count("\n") + 1
            yield Leak(name, "marker", "solution regions were not removed", label, line, marker)
    for piece, secret in secrets.lines.items():
        at = lines.squeezed.find(piece)
        if at >= 0:
            line = lines.line_of(at)
            yield leak(f"{secret.kind}, as text", secret, line, lines.lines[line - 1].strip())
    for fragment in fragments(text, secrets.runs):
        found = secrets.forms.get(fragment.form)
        if found is not None:
            shown = lines.lines[min(fragment.line, len(lines.lines)) - 1].strip()
            yield leak(f"{found.kind}, as code", found, fragment.line, shown)
    words = words_of(text)
    for length in secrets.lengths:
        for shingle in shingles(words, length):
            if shingle in secrets.words:
                yield leak(
                    secrets.words[shingle].kind, secrets.words[shingle], lines.line_with(shingle), shingle
                )
    bare = text.replace("_", "")
    for value, secret in secrets.texts.items():
        if re.search(rf"(?<!\w){re.escape(value.replace('_', ''))}(?!\w)", bare):
            yield leak(secret.kind, secret, None, "")


def _in_binary(secrets: Secrets, name: str, content: bytes) -> Iterator[Leak]:
    """Files that are not text: their readable stretches, and the members of a zip."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.file_size <= _LARGEST and not entry.filename.endswith(".npy"):
                    for leak in _in_file(secrets, entry.filename, archive.read(entry), markers=True):
                        yield Leak(
                            f"{name}/{leak.file}", leak.kind, leak.source, leak.cell, leak.line, leak.text
                        )
    for stretch in re.findall(rb"[\t\n\r\x20-\x7e]{24,}", content):
        yield from _in_text(secrets, name, None, stretch.decode("ascii"), markers=True)


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


class _Lines:
    """A text without its white space, that still knows on which line each character was."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        pieces = [
            "".join(line.replace("#", " ").split()) if _is_comment(line) else _bare(line)
            for line in self.lines
        ]
        self.squeezed = "".join(pieces)
        self._ends: list[int] = []
        total = 0
        for piece in pieces:
            total += len(piece)
            self._ends.append(total)

    def line_of(self, position: int) -> int:
        """The line, from 1, of a position in `squeezed`."""
        return bisect.bisect_right(self._ends, position) + 1

    def line_with(self, shingle: str) -> int | None:
        """The line on which a run of words begins."""
        words = shingle.split()
        for number in range(len(self.lines)):
            following = words_of(" ".join(self.lines[number : number + 12]))
            if words_of(self.lines[number]) and " ".join(following).find(shingle) >= 0:
                own = len(words_of(self.lines[number]))
                start = next(i for i in range(len(following)) if following[i : i + len(words)] == words)
                if start < own:
                    return number + 1
        return None


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _bare(line: str) -> str:
    return "".join(line.split())

"""A submission merged with the release: only allow-listed files are the student's, the rest is the staff's."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.homework import CourseError, Homework
from autograder.results import ALERT, Note
from autograder.submission.notebook import SETUP, RunCell, grade_id, merge_notebook, run_cells
from autograder.submission.packed import is_archive
from autograder.submission.parse import Unreadable, parse
from autograder.submission.saved import fault
from autograder.submission.suspicion import suspicions, suspicions_of_module
from autograder.submission.timestamp import TIMESTAMP, handed_in_at
from labkit.handin.collect import Found, find, is_wanted, read_bytes, reason
from labkit.handin.folders import unwrapped
from labkit.handin.swapped import moves, others, parts_of, places, remark

MOST_NOTEBOOK = 300_000_000
MOST_MODULE = 1_000_000
MOST_RESULT = 64_000_000
MOST_SPARE = 10  # notebooks of other names that are looked into
NOTES_OF_IGNORED = 20
PACKED = "is an archive that is not unpacked; hand in a zip or the files themselves"
PACKED_ZIP = "is a zip that is not unpacked: it is damaged, in another zip, or beside other files; hand in the files themselves"
MOST_ALERTS = 10  # about one file
MOST_CODE = 1_000_000  # characters of one submission that are looked through for alerts


@dataclass(frozen=True)
class Merged:
    """A submission, ready to be graded.

    Attributes:
        folder: the merged tree: modules and result files (no notebooks, no checks).
        notebooks: by name, in the homework's order; released cells with the student's answers.
        present: names of the notebooks that could be read.
        modules: short names of the modules that students edit, such as "knn".
        notes: what was unreadable, renamed, replaced or ignored.
        digest: SHA-256 over everything of the student's that counts.
    """

    folder: Path
    notebooks: dict[str, NotebookNode]
    present: tuple[str, ...]
    modules: tuple[str, ...]
    notes: tuple[Note, ...]
    digest: str

    def run_cells(self, notebook: str) -> tuple[RunCell, ...]:
        """The cells of a notebook that the sandbox runs."""
        return run_cells(self.notebooks[notebook])

    def alerts(self) -> Iterator[Note]:
        """What staff should look at in the student's code. Asked for only where code is judged: it takes a while."""
        left, said = MOST_CODE, Counter[str]()
        for file, cell, code in self._code():
            if said[file] >= MOST_ALERTS:
                continue
            left -= len(code)
            if left < 0:
                yield Note(
                    ALERT, file, "here and after it is more code than is looked through: look at it", cell
                )
                return
            found = suspicions_of_module(code) if isinstance(code, bytes) else suspicions(code)
            yield from (
                Note(ALERT, file, f"{remark}: look at it", cell)
                for remark in found[: MOST_ALERTS - said[file]]
            )
            said[file] += len(found)

    def _code(self) -> Iterator[tuple[str, str | None, str | bytes]]:
        """The student's modules (as bytes) and cells, as (file, cell, code)."""
        for name in (f"nndl/{module}.py" for module in self.modules):
            with suppress(OSError):
                yield name, None, (self.folder / name).read_bytes()
        for name in self.notebooks:
            yield from (
                (f"{name}.ipynb", cell.id, cell.source)
                for cell in self.run_cells(name)
                if cell.origin != SETUP
            )


def merge(submission: Path, homework: Homework, release: Path, folder: Path) -> Merged:
    """Merge a submission into an empty folder.

    Args:
        submission: what was handed in; read only, links are not followed.
        homework: says which files are the student's to write.
        release: the homework as students received it.
        folder: where the merged tree is written.
    """
    found = unwrapped(find(submission), (*homework.edit, *homework.keep))
    notes = [Note("ignored", name, reason) for name, reason in found.refused]
    used: dict[str, str] = {}
    _timestamp(submission, notes, used)
    notebooks, present = _notebooks(found, homework, release, notes, used)
    _staff_files(homework, release, folder)
    for name, actual in _modules(found, homework, release, notes).items():
        _take(found, name, actual, MOST_MODULE, folder, notes, used, "its functions count as not written")
    for name in homework.keep:
        if (actual := found.named(name)) is not None:
            _take(found, name, actual, MOST_RESULT, folder, notes, used, "it was left out")
            if (folder / name).is_file() and name.endswith(".npz") and (wrong := fault(folder / name)):
                notes.append(Note("unreadable", name, f"could not be read: {wrong}"))
    lacking = any(note.kind == "missing" for note in notes)
    notes += _ignored(found, release, used, "unreadable" if lacking else "ignored")
    return Merged(
        folder,
        notebooks,
        present,
        tuple(Path(name).stem for name in homework.edit),
        tuple(notes),
        _digest(used),
    )


def _timestamp(submission: Path, notes: list[Note], used: dict[str, str]) -> None:
    try:
        handed_in_at(submission)
    except ValueError as error:
        notes.append(
            Note("unreadable", TIMESTAMP, f"could not be read ({error}); no time of handing in is known")
        )
        used[TIMESTAMP] = ""


def released(homework: Homework, release: Path) -> dict[str, NotebookNode]:
    """The notebooks as they were given out.

    Raises:
        CourseError: there is no release, or it is damaged.
    """
    if not release.is_dir():
        raise CourseError(
            f"{homework.name} has not been released: there is no {release}. Run: autograder release {homework.name}"
        )
    try:
        for name in homework.edit:
            read_bytes(release / name, MOST_MODULE)
        return {name: nbformat.read(release / f"{name}.ipynb", as_version=4) for name in homework.notebooks}
    except Exception as error:  # nbformat raises many types for a file that is not a notebook
        raise CourseError(
            f"The release {release} is damaged ({str(error).splitlines()[0][:200]}). "
            f"Run: autograder release {homework.name}"
        ) from None


def _staff_files(homework: Homework, release: Path, folder: Path) -> None:
    skipped = {f"{name}.ipynb" for name in homework.notebooks} | set(homework.keep)
    for path in sorted(release.rglob("*")):
        name = path.relative_to(release)
        if path.is_file() and name.as_posix() not in skipped and name.parts[0] not in ("checks", "labkit"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def _modules(found: Found, homework: Homework, release: Path, notes: list[Note]) -> dict[str, str | None]:
    """Which file stands for each of the modules; None where none does."""
    named = {name: found.named(name) for name in homework.edit}
    handed_in: dict[str, set[str]] = {}
    for name, actual in named.items():
        with suppress(OSError, ValueError):
            if actual is not None:
                handed_in[name] = parts_of(read_bytes(found.files[actual], MOST_MODULE))
    given_out = {name: parts_of((release / name).read_bytes()) for name in homework.edit}
    wrong = others(handed_in, given_out)
    moved = moves(wrong, {name for name, actual in named.items() if actual is not None})
    notes += [
        Note("renamed", named[name] or name, remark(other, "parts", name in moved))
        for name, other in wrong.items()
    ]
    return places(named, moved)


def _take(
    found: Found,
    name: str,
    actual: str | None,
    most: int,
    folder: Path,
    notes: list[Note],
    used: dict[str, str],
    otherwise: str,
) -> None:
    if actual is None:
        notes.append(Note("missing", name, f"was not handed in; {otherwise}"))
        return
    try:
        content = read_bytes(found.files[actual], most)
    except (OSError, ValueError) as error:
        notes.append(Note("unreadable", actual, f"could not be read ({reason(error)}); {otherwise}"))
        used[actual] = ""
        return
    if actual != name and not any(note.file == actual and note.kind == "renamed" for note in notes):
        notes.append(Note("renamed", actual, f"was taken for {name}"))
    used[actual] = _hash(content)
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _notebooks(
    found: Found, homework: Homework, release: Path, notes: list[Note], used: dict[str, str]
) -> tuple[dict[str, NotebookNode], tuple[str, ...]]:
    given_out = released(homework, release)
    handed_in: dict[str, tuple[str, NotebookNode]] = {}
    spare: dict[str, NotebookNode] = {}
    exact = {found.named(f"{name}.ipynb"): name for name in homework.notebooks}
    paths = [path for path in found.files if is_wanted(path, ".ipynb")]
    for path in (path for path in paths if path in exact):
        notebook = _read(found, path, notes, used)
        if notebook is not None:
            handed_in[exact[path]] = (path, notebook)
    said = _swap(handed_in, given_out, notes)
    for path in [path for path in paths if path not in exact][:MOST_SPARE]:
        notebook = _read(found, path, notes, used) if len(handed_in) < len(given_out) else None
        if notebook is not None:
            spare[path] = notebook
    for name in homework.notebooks:
        if name not in handed_in and (match := _by_content(spare, given_out[name])):
            handed_in[name] = (match, spare.pop(match))
    merged = {}
    for name in homework.notebooks:
        path, notebook = handed_in.get(name, (f"{name}.ipynb", None))
        if notebook is None:
            notes.append(
                Note(
                    "missing",
                    f"{name}.ipynb",
                    "was not handed in, or could not be read; its answers count as empty",
                )
            )
        elif path != f"{name}.ipynb" and path not in said:
            notes.append(Note("renamed", path, f"was taken for {name}.ipynb"))
        merged[name], remarks = merge_notebook(path, notebook, given_out[name])
        notes += remarks
    for path in spare:
        notes.append(Note("ignored", path, "is not one of the homework's notebooks"))
    return merged, tuple(name for name in homework.notebooks if name in handed_in)


def _swap(
    handed_in: dict[str, tuple[str, NotebookNode]], given_out: dict[str, NotebookNode], notes: list[Note]
) -> set[str]:
    """Take notebooks for those whose cells they hold. Returns the paths about which that was said."""
    wrong = others(
        {name: _cells_of(notebook) for name, (_, notebook) in handed_in.items()},
        {name: _cells_of(notebook) for name, notebook in given_out.items()},
    )
    moved = moves(wrong, set(handed_in))
    notes += [
        Note("renamed", handed_in[name][0], remark(f"{other}.ipynb", "cells", name in moved))
        for name, other in wrong.items()
    ]
    said = {handed_in[name][0] for name in wrong}
    taken = {other: handed_in[name] for name, other in moved.items()}
    for name in moved:
        del handed_in[name]
    handed_in.update(taken)
    return said


def _cells_of(notebook: NotebookNode) -> set[str]:
    return {name for cell in notebook.cells if (name := grade_id(cell))}


def _read(found: Found, path: str, notes: list[Note], used: dict[str, str]) -> NotebookNode | None:
    used[path] = ""
    try:
        content = read_bytes(found.files[path], MOST_NOTEBOOK)
        notebook, remarks = parse(content)
    except (OSError, ValueError, Unreadable) as error:
        notes.append(Note("unreadable", path, f"could not be read: {reason(error)}"))
        return None
    used[path] = _hash(content)
    notes += [Note("unreadable", path, reason, cell) for cell, reason in remarks]
    return notebook


def _by_content(spare: dict[str, NotebookNode], released: NotebookNode) -> str | None:
    """The unexpected notebook that shares the most cells with a released one, if it shares a third of them."""
    wanted = {grade_id(cell) for cell in released.cells if grade_id(cell)}
    shared = {
        path: len(wanted & {grade_id(cell) for cell in notebook.cells}) for path, notebook in spare.items()
    }
    best = max(shared, key=lambda path: shared[path], default=None)
    return best if best is not None and shared[best] * 3 >= len(wanted) > 0 else None


def _ignored(found: Found, release: Path, used: dict[str, str], archives: str) -> list[Note]:
    notes = []
    for path, file in found.files.items():
        parts = PurePosixPath(path).parts
        told = is_wanted(path) or not path.lower().endswith((".pyc", ".md", ".txt"))
        if path in used or "labkit" in parts[:-1] or not told:
            continue
        if any(_same(file, release.joinpath(*parts[start:])) for start in range(len(parts))):
            continue  # as it was given out
        if is_archive(path):
            notes.append(Note(archives, path, PACKED_ZIP if path.lower().endswith(".zip") else PACKED))
        elif (release / path).is_file():
            notes.append(Note("replaced", path, "was changed; the homework's own copy counts"))
        else:
            notes.append(Note("ignored", path, "is not part of what is handed in"))
    if len(notes) > NOTES_OF_IGNORED:
        more = len(notes) - NOTES_OF_IGNORED
        notes = [*notes[:NOTES_OF_IGNORED], Note("ignored", "…", f"and {more} more files")]
    return notes


def _same(file: Path, original: Path) -> bool:
    try:
        return original.is_file() and read_bytes(file, MOST_RESULT) == original.read_bytes()
    except (OSError, ValueError):
        return False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest(used: dict[str, str]) -> str:
    return _hash("\n".join(f"{used[name]} {name}" for name in sorted(used)).encode())

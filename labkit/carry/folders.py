"""Carrying from folder to folder: finding them, reading and writing modules so that nothing is lost."""

from __future__ import annotations

import ast
import io
import os
import shutil
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.carry.module import UnreadableModule
from labkit.carry.move import Line, move_regions
from labkit.carry.uses import STAR, definitions

PACKAGE = "nndl"


class CarryError(Exception):
    """Nothing can be carried: one sentence that says why and what to do."""


@dataclass(frozen=True)
class ModuleReport:
    """What became of one module of the earlier homework.

    Attributes:
        file: relative to the homework, "nndl/layers.py".
        lines: one per region.
        problem: why nothing of it was carried, a sentence; "" if it was.
        absent: whether the new homework has no such module.
        changed: whether the new module changes.
        backup: the file that keeps the module as it was; None if nothing was written.
        remarks: what the carried code imports and the new homework lacks.
    """

    file: str
    lines: tuple[Line, ...] = ()
    problem: str = ""
    absent: bool = False
    changed: bool = False
    backup: Path | None = None
    remarks: tuple[str, ...] = ()


def find_folders(old: str, new: str) -> tuple[Path, Path]:
    """The folders of two homeworks, given as paths, or as names of folders here or beside this one.

    Raises:
        CarryError: one is missing, is no homework, or both are the same.
    """
    folders = _folder(old), _folder(new)
    if folders[0].resolve() == folders[1].resolve():
        raise CarryError(
            f"{old} and {new} are the same folder: name the earlier homework, then the next one."
        )
    return folders


def _folder(name: str) -> Path:
    here = Path.cwd()
    places = [Path(name).expanduser()]
    if Path(name).name == name and name not in (".", ".."):
        places.append(here.parent / name)
    found = next((place for place in places if place.exists()), None)
    if found is None:
        where = f"in {here} or beside it" if len(places) > 1 else f"seen from {here}"
        raise CarryError(
            f"There is no folder {name} {where}: give the path to it, such as ../{Path(name).name}."
        )
    if found.is_file():
        unzip = ": unzip it first" if found.suffix == ".zip" else ""
        raise CarryError(f"{found} is a file and not a folder{unzip}.")
    if not (found / PACKAGE).is_dir():
        raise CarryError(f"{found} has no folder {PACKAGE}, so it is not the folder of a homework.")
    return found


def carry(old: Path, new: Path, *, force: bool = False, dry_run: bool = False) -> list[ModuleReport]:
    """Carry what is written in the modules of one homework into those of another.

    Args:
        old, new: folders that hold nndl/.
        force: also replace what is written in the new one.
        dry_run: write nothing.

    Raises:
        CarryError: the old homework has no modules.
    """
    files = sorted(path for path in (old / PACKAGE).glob("*.py") if path.name != "__init__.py")
    if not files:
        raise CarryError(f"{old / PACKAGE} holds no modules.")
    return [_carry_module(path, new, force, dry_run) for path in files]


def _carry_module(path: Path, new: Path, force: bool, dry_run: bool) -> ModuleReport:
    file = f"{PACKAGE}/{path.name}"
    target = new / PACKAGE / path.name
    if not target.exists():
        return ModuleReport(file, absent=True)
    culprit = path
    try:
        text, _ = read_module(path)
        ast.parse(text)
        culprit = target
        before, encoding = read_module(target)
        ast.parse(before)
        moved = move_regions(text, before, force=force)
        changed = moved.text != before
        content = moved.text.encode(encoding)
        remarks = tuple(sorted(set(_unmet(moved.text, new)) - set(_unmet(before, new))))
        backup = write_with_backup(target, content) if changed and not dry_run else None
    except SyntaxError as error:
        problem = (
            f"{culprit} has a syntax error in line {error.lineno} ({error.msg}): mend it, then carry again."
        )
        return ModuleReport(file, problem=problem)
    except UnreadableModule as error:
        return ModuleReport(file, problem=f"{culprit} {error}.")
    except UnicodeEncodeError:
        problem = f"{target} is not saved as UTF-8, so it cannot hold what you wrote: save it as UTF-8."
        return ModuleReport(file, problem=problem)
    except (ValueError, RecursionError, MemoryError) as error:
        return ModuleReport(file, problem=f"{culprit} cannot be read as Python ({error}).")
    except OSError as error:
        return ModuleReport(file, problem=f"{error.filename or culprit} cannot be used: {error.strerror}.")
    return ModuleReport(file, moved.lines, changed=changed, backup=backup, remarks=remarks)


def read_module(path: Path) -> tuple[str, str]:
    """A module's text, line ends as they are, and its encoding.

    Raises:
        UnreadableModule: it is not text in the encoding that it should have. OSError: it cannot be read.
    """
    content = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise UnreadableModule("is not text in UTF-8: open it in an editor and save it as UTF-8") from None
    if "\0" in text:
        raise UnreadableModule("holds zero bytes and is no text: save it as UTF-8")
    return text, encoding


def write_with_backup(path: Path, content: bytes) -> Path:
    """Replace a file at once or not at all; what it held is kept beside it under a new name, which is returned."""
    path = path.resolve()
    backup = _kept(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return backup


def _kept(path: Path) -> Path:
    """A copy of a file: layers.py.bak, or layers.py.bak2, layers.py.bak3, … where that is taken."""
    number = 1
    while True:
        backup = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        try:
            with backup.open("xb") as file:
                file.write(path.read_bytes())
            return backup
        except FileExistsError:
            number += 1


def _unmet(text: str, folder: Path) -> Iterator[str]:
    """A sentence for everything that a module imports from the homework's own modules and that is not there."""
    for node in ast.walk(ast.parse(text)):
        pairs: list[tuple[str, list[str]]] = []
        if isinstance(node, ast.Import):
            pairs = [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, [PACKAGE if node.level else "", node.module or ""]))
            names = [alias.name for alias in node.names]
            pairs = [(f"{base}.{name}", []) for name in names] if base == PACKAGE else [(base, names)]
        for module, names in pairs:
            parts = module.split(".")
            if parts[0] != PACKAGE or len(parts) != 2 or parts[1] == STAR:
                continue
            path = folder / PACKAGE / f"{parts[1]}.py"
            if not path.exists():
                yield f"It imports {PACKAGE}/{path.name}, which {folder.name} does not have: copy what you need from it."
                continue
            for name in _absent(path, names):
                yield f"It imports `{name}` from {PACKAGE}/{path.name}, where {folder.name} does not have it: copy it there."


def _absent(path: Path, names: list[str]) -> list[str]:
    try:
        present = definitions(ast.parse(read_module(path)[0]).body)
    except (SyntaxError, ValueError, OSError):
        return []
    return [name for name in names if name not in present and name != STAR and STAR not in present]

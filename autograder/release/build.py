"""Builds a release: `assignments/hwN/`, what students get, and `dist/hwN.zip`, the same with labkit and a guide.

Everything is built beside the old release, checked for leaks, and only then put in its place.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from importlib.resources import files as resource_files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from autograder.homework import CourseError, Homework
from autograder.release.confidential import Secrets
from autograder.release.leak import LIBRARY, PAPERS, LeakError, files_in, scan, unpacked
from autograder.release.strip import NotebookStripper, release_bytes, released_files
from autograder.sandbox.scratch import scratch, sweep
from autograder.wording import listed

_SKIPPED = {"__pycache__", "tests", ".ipynb_checkpoints"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


@dataclass(frozen=True)
class Release:
    """A finished release: its folder, its zip, and the names of the files in the folder."""

    folder: Path
    archive: Path
    files: tuple[str, ...]


def build_release(homework: Homework) -> Release:
    """Build, check and publish the release of one homework.

    Raises LeakError if anything confidential is in it, HomeworkError if the source cannot be released. Then, and if
    the process is killed, the former release stays as it was.
    """
    assignments, dist = homework.course_root / "assignments", homework.course_root / "dist"
    folder, archive = assignments / homework.name, dist / f"{homework.name}.zip"
    assignments.mkdir(exist_ok=True)
    dist.mkdir(exist_ok=True)
    recover(folder)
    sweep(f".{homework.name}-", assignments)
    with scratch(f".{homework.name}-", assignments) as staging:
        fresh = staging / homework.name
        generate(homework, fresh)
        packed = pack(homework, fresh)
        _refuse_leaks(homework, fresh, packed)
        _swap(fresh, folder)
        (staging / archive.name).write_bytes(packed)
        (staging / archive.name).replace(archive)
    return Release(folder, archive, released_files(homework))


def generate(homework: Homework, folder: Path) -> None:
    """Write the released files of a homework into a new folder, unchecked. Same bytes as nbgrader's command writes."""
    stripper = NotebookStripper(homework)
    for file in released_files(homework):
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.endswith(".ipynb"):
            target.write_bytes(stripper.strip(file.removesuffix(".ipynb")))
        else:
            target.write_bytes(release_bytes(homework, file))
        target.chmod(0o644)


def pack(homework: Homework, folder: Path) -> bytes:
    """The zip for students: one folder with the release, labkit and a guide. Equal input gives equal bytes."""
    content = files_in(folder)
    for name, text in student_papers(homework).items():
        content[name] = text.encode()
    for path in sorted(library_folder().rglob("*")):
        relative = path.relative_to(library_folder())
        if path.is_file() and path.suffix != ".pyc" and not set(relative.parts) & _SKIPPED:
            content[f"{LIBRARY}/{relative.as_posix()}"] = path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(f"{homework.name}/{name}", _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def student_papers(homework: Homework) -> dict[str, str]:
    """The guide and the list of packages that go into the zip: {name: text}."""
    templates = resource_files("autograder.release") / "templates"
    modules = listed([f"`{module}`" for module in homework.edit])
    notebooks = [f"`{notebook}.ipynb`" for notebook in homework.notebooks]
    beside = [
        "the notebooks",
        *(["your modules"] if modules else []),
        *(f"`{name}`" for name in homework.keep),
    ]
    values = {
        "name": homework.name,
        "title": homework.title,
        "order": f"the notebooks in this order: {', '.join(notebooks)}" if notebooks[1:] else notebooks[0],
        "what": f"a function in {modules}" if modules else "your answers, all of them in the notebooks",
        "sees": "it looks at the file on disk, so save first" if modules else "run your own cell first",
        "handin": listed(beside),
    }
    texts = {name: (templates / name).read_text(encoding="utf-8") for name in PAPERS}
    return {name: Template(text).safe_substitute(values) for name, text in texts.items()}


def library_folder() -> Path:
    """Where labkit is installed. Raises CourseError if it is not."""
    spec = find_spec(LIBRARY)
    if spec is None or not spec.submodule_search_locations:
        raise CourseError(
            "labkit is not installed, so it cannot go into the zip: pip install -e . in the course."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def recover(folder: Path) -> None:
    """Put the former release back if a build was killed between taking it away and putting the new one there."""
    former = _former(folder)
    if former.exists():
        if folder.exists():
            shutil.rmtree(former)
        else:
            former.rename(folder)


def _refuse_leaks(homework: Homework, folder: Path, packed: bytes) -> None:
    secrets, allowed = Secrets.of(homework), released_files(homework)
    content, strays = unpacked(packed, homework.name)
    leaks = (*strays, *scan(secrets, {**content, **files_in(folder)}, allowed))
    if leaks:
        raise LeakError(homework.name, leaks)


def _swap(fresh: Path, folder: Path) -> None:
    former = _former(folder)
    if folder.exists():
        folder.rename(former)
    try:
        fresh.rename(folder)
    except OSError:
        if former.exists():
            former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _former(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.former")

"""From the staff's edition of a homework to the students': modules and notebooks without solutions.

Both go through nbgrader's own ClearSolutions, so that one set of rules holds for both.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import nbformat

from autograder.homework import Homework, HomeworkError
from labkit.handin.regions import RegionError, marked_regions

_UNNAMED = "This cell"
CODE_STUB = f'# YOUR CODE HERE\nraise NotImplementedError("{_UNNAMED}")'
_NAMED_STUB = re.compile(
    rf'(# --- (?P<name>[\w.]+) ---\n\s*# YOUR CODE HERE\n\s*raise NotImplementedError\("){_UNNAMED}("\))'
)
TEXT_STUB = "*Write your answer here.*"
_REGION = "\0"  # stands for the name of a region until it is filled in
_MODULE_STUB = f'# YOUR CODE HERE\nraise NotImplementedError("{_REGION}")'
_NEVER = ("__pycache__", ".ipynb_checkpoints", "hidden", "tests")


def released_files(homework: Homework) -> tuple[str, ...]:
    """Every file of the release, relative to the homework's folder, sorted: an allow-list.

    These are the notebooks, homework.toml, the packages of the modules to edit, the public checks, and what
    `data` in homework.toml names. Raises HomeworkError for a `data` pattern that matches nothing.
    """
    found = {"homework.toml", *(f"{notebook}.ipynb" for notebook in homework.notebooks)}
    packages = {Path(module).parts[0] for module in homework.edit if len(Path(module).parts) > 1}
    found |= {module for module in homework.edit if len(Path(module).parts) == 1}
    for package in sorted({*packages, "checks"}):
        found |= set(_plain_files(homework.folder, f"{package}/**/*.py"))
    for pattern in homework.data:
        matches = _plain_files(homework.folder, pattern)
        if not matches:
            raise HomeworkError(
                homework.name, [f"homework.toml: data names {pattern!r}, but no file matches it"]
            )
        found |= set(matches)
    return tuple(sorted(found - set(homework.keep)))


def release_bytes(homework: Homework, file: str) -> bytes:
    """The released content of a file that is not a notebook: modules stripped, everything else as it is.

    Raises HomeworkError where a module's markers are broken.
    """
    path = homework.folder / file
    package = {Path(module).parts[0] for module in homework.edit}
    if path.suffix == ".py" and Path(file).parts[0] in package:
        try:
            return strip_module(path.read_text(encoding="utf-8")).encode()
        except (RegionError, UnicodeDecodeError) as error:
            raise HomeworkError(homework.name, [f"{file}: {error}"]) from error
    return path.read_bytes()


def strip_module(text: str) -> str:
    """A module's text with each solution region replaced by a stub that raises NotImplementedError(region name).

    Raises RegionError where the markers are broken.
    """
    regions = marked_regions(text)
    if not regions:
        return text
    from nbgrader.preprocessors import ClearSolutions

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text)])
    clear = ClearSolutions(code_stub={"python": _MODULE_STUB}, enforce_metadata=False)
    notebook, _ = clear.preprocess(notebook, {})
    pieces = notebook.cells[0].source.split(_REGION)
    names = [region.name or region.function or "This part is not written yet." for region in regions]
    named = [piece + name for piece, name in zip(pieces, names, strict=False)]
    return "".join([*named, pieces[-1]])


def name_stubs(source: str) -> str:
    """A stripped cell's source, its stubs naming their region where a comment above them does."""
    return _NAMED_STUB.sub(r"\g<1>\g<name>\g<3>", source)


class NotebookStripper:
    """Runs nbgrader's GenerateAssignment preprocessors without its database.

    The preprocessors and their settings come from the course's nbgrader_config.py, so that the result is
    what `nbgrader generate_assignment --no-db` writes.
    """

    def __init__(self, homework: Homework) -> None:
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.preprocessors import SaveCells
        from traitlets.utils.importstring import import_item

        from autograder.nbgrader_release import ReleaseModules, course_config

        config = course_config(homework.course_root)
        directory = CourseDirectory(root=str(homework.course_root), config=config)
        converter = GenerateAssignment(coursedir=directory, config=config)
        self._homework = homework
        self._db_url = directory.db_url
        self._exporter = converter.exporter_class(config=converter.config)
        for preprocessor in converter.preprocessors:
            kind = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
            if kind not in (SaveCells, ReleaseModules):
                self._exporter.register_preprocessor(kind)

    def strip(self, notebook: str) -> bytes:
        """The released notebook as bytes. Raises HomeworkError for cells nbgrader refuses."""
        resources: dict[str, Any] = {
            "unique_key": notebook,
            "output_files_dir": f"{notebook}_files",
            "nbgrader": {
                "student": ".",
                "assignment": self._homework.name,
                "notebook": notebook,
                "db_url": self._db_url,
            },
        }
        path = self._homework.notebook_path(notebook)
        try:
            with contextlib.chdir(
                self._homework.course_root
            ):  # as nbgrader does: settings hold relative paths
                output, _ = self._exporter.from_filename(str(path), resources=resources)
        except Exception as error:  # nbgrader raises many types for cells it does not accept
            raise HomeworkError(
                self._homework.name, [f"{notebook}.ipynb: nbgrader refuses it: {error}"]
            ) from error
        return output.encode()


def _plain_files(folder: Path, pattern: str) -> list[str]:
    """Relative names of the files below `folder` that match, without caches, hidden checks and links."""
    found = []
    for path in folder.glob(pattern):
        relative = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not set(relative.parts) & set(_NEVER):
            found.append(relative.as_posix())
    return found

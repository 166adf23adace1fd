"""The release side of nbgrader: what makes the stock `nbgrader generate_assignment` safe for modules.

In nbgrader_config.py:

    from autograder.nbgrader_release import configure_release
    c = get_config()
    configure_release(c)

nbgrader copies every file that is not a notebook as it is, solutions and all. ReleaseModules, the last in nbgrader's own
list of preprocessors, has it copy none, and writes the released files itself: modules stripped, the leak check passed.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.homework import CONFIG, SOLUTIONS, CourseError, Homework, read_homework
from autograder.release.leak import LeakError, Secrets, files_in, scan
from autograder.release.strip import CODE_STUB, TEXT_STUB, name_stubs, release_bytes, released_files

NEVER_COPIED = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "hidden"]


def configure_release(c: Any) -> None:
    """Set everything that `nbgrader generate_assignment` needs to release a homework of this course."""
    c.CourseDirectory.source_directory = SOLUTIONS
    c.CourseDirectory.release_directory = "assignments"
    c.CourseDirectory.ignore = list(NEVER_COPIED)
    c.ClearSolutions.code_stub = {"python": CODE_STUB}
    c.ClearSolutions.text_stub = TEXT_STUB
    stock = list(GenerateAssignment().preprocessors)
    after = stock.index(ClearSolutions) + 1
    chosen = [*stock[:after], NameStubs, *stock[after:], ReleaseModules]
    # By name: formgrader shows the configuration in a page, where `<class …>` would be a tag and vanish.
    c.GenerateAssignment.preprocessors = [f"{each.__module__}.{each.__name__}" for each in chosen]


def course_config(root: Path) -> Config:
    """The settings in the course's nbgrader_config.py, with the release settings where it does not make them."""
    config = Config()
    if (root / CONFIG).is_file():
        config = PyFileConfigLoader(CONFIG, path=[str(root)]).load_config()
    if "code_stub" not in config.ClearSolutions:
        configure_release(config)
    return config


class NameStubs(NbGraderPreprocessor):
    """Puts the name of a solution region into the stub that ClearSolutions left in its place."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        if cell.cell_type == "code":
            cell.source = name_stubs(cell.source)
        return cell, resources


class ReleaseModules(NbGraderPreprocessor):
    """Writes the released files that are not notebooks, and refuses a release in which anything leaks.

    Last in GenerateAssignment.preprocessors. On any error the destination is removed, whole.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        converter = getattr(self.parent, "parent", None)
        if not isinstance(converter, GenerateAssignment):
            raise CourseError(
                "ReleaseModules works only in GenerateAssignment.preprocessors: remove it elsewhere."
            )
        self._converter = converter
        self._copy = converter.init_assignment
        self._known: dict[str, tuple[Homework, Secrets]] = {}
        converter.init_assignment = self._init_assignment

    def _init_assignment(self, assignment_id: str, student_id: str) -> None:
        """nbgrader's init_assignment, in which no file is copied: a solution never touches the destination."""
        directory = self._converter.coursedir
        ignore = list(directory.ignore)
        directory.ignore = ["*"]
        try:
            self._copy(assignment_id, student_id)
        finally:
            directory.ignore = ignore

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        assignment, notebook = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        destination = Path(self._converter._format_dest(assignment, "."))
        try:
            self._release(nb, assignment, notebook, destination)
        except BaseException:
            shutil.rmtree(destination, ignore_errors=True)
            raise
        return nb, resources

    def _release(self, nb: Any, assignment: str, notebook: str, destination: Path) -> None:
        if assignment not in self._known:
            homework = read_homework(Path(self._converter._format_source(assignment, ".")))
            self._known[assignment] = homework, Secrets.of(homework)
        homework, secrets = self._known[assignment]
        if notebook not in homework.notebooks:
            raise CourseError(
                f"{notebook}.ipynb is not in {assignment}/homework.toml: add it to notebooks or move it."
            )
        for file in released_files(homework):
            if not file.endswith(".ipynb"):
                target = destination / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(release_bytes(homework, file))
        files = files_in(destination)
        files[f"{notebook}.ipynb"] = nbformat.writes(nb).encode()
        leaks = scan(secrets, files, allowed=released_files(homework))
        if leaks:
            raise LeakError(assignment, leaks)

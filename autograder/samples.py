"""Sample submissions: a class made from `samples/<homework>/`, for the demo and the tests.

Each folder there is one student, described by `sample.toml`:

    title = "Correct, with other algebra"
    start = "solution"                   # or "scaffold", or "nothing"
    loses = ["softmax.loss"]             # the questions that must lose points; ["*"]: all
    cells = ["wrong/knn_fold_mean.py"]   # files of samples/<homework>/cells, each for the cell that it names
    [modules]                            # files of samples/<homework>/modules to use
    "nndl/knn.py" = "correct/knn_einsum.py"
    [rename]                             # what goes wrong with the files
    "knn.ipynb" = "knn (1).ipynb"
    [truncate]
    "softmax.ipynb" = 0.6
    [append]                             # a code cell at the end of a notebook
    "knn.ipynb" = "import numpy as np"

Every other file in the folder is laid over the submission.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.homework import Course, CourseError, Homework
from autograder.submission.notebook import grade_id

STARTS = ("solution", "scaffold", "nothing")
KEYS = {"title", "start", "loses", "cells", "modules", "rename", "truncate", "append", "remove"}


@dataclass(frozen=True)
class Sample:
    """One sample submission.

    Attributes:
        name: of the student.
        title: what is special about it.
        start: "solution", "scaffold" or "nothing".
        loses: names of the machine-graded questions that lose points.
        folder: holds sample.toml and files to lay over.
        changes: the other keys of sample.toml.
    """

    name: str
    title: str
    start: str
    loses: tuple[str, ...]
    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)


def read_samples(course: Course, homework: Homework) -> tuple[Sample, ...]:
    """The sample submissions of a homework.

    Raises:
        CourseError: there are none, or a sample.toml is wrong.
    """
    folder = course.root / "samples" / homework.name
    found = []
    for path in sorted(folder.glob("*/sample.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := sorted(set(data) - KEYS):
            raise CourseError(
                f"{path}: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(KEYS))}."
            )
        if data.get("start") not in STARTS:
            raise CourseError(f"{path}: start must be one of {', '.join(STARTS)}.")
        machine = {
            question.name: question.points for question in homework.questions if question.kind == "checks"
        }
        everything = [name for name, points in machine.items() if points > 0]
        loses = everything if data.get("loses") == ["*"] else data.get("loses", [])
        if wrong := sorted(set(loses) - set(machine)):
            raise CourseError(f"{path}: {homework.name} has no machine-graded question {', '.join(wrong)}.")
        found.append(Sample(path.parent.name, data["title"], data["start"], tuple(loses), path.parent, data))
    if not found:
        raise CourseError(f"There are no sample submissions of {homework.name} in {folder}.")
    return tuple(found)


def make_submission(sample: Sample, release: Path, solution: Path, target: Path) -> None:
    """Write a sample as the folder that a student would hand in.

    Args:
        release: the homework as given out; solution: the same, solved and run.
        target: folder that is made.
    """
    if sample.start == "nothing":
        target.mkdir(parents=True)
    else:
        shutil.copytree(solution if sample.start == "solution" else release, target)
    for place, name in sample.changes.get("modules", {}).items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample.folder.parent / "modules" / name, target / place)
    put_cells([sample.folder.parent / "cells" / name for name in sample.changes.get("cells", [])], target)
    for path in sorted(sample.folder.rglob("*")):
        if path.is_file() and path.name != "sample.toml":
            place = target / path.relative_to(sample.folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    for name, source in sample.changes.get("append", {}).items():
        notebook = nbformat.read(target / name, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(source, id="my-own-cell"))
        nbformat.write(notebook, target / name)
    for name, share in sample.changes.get("truncate", {}).items():
        content = (target / name).read_bytes()
        (target / name).write_bytes(content[: int(len(content) * share)])
    for name in sample.changes.get("remove", []):
        (target / name).unlink()
    for before, after in sample.changes.get("rename", {}).items():
        (target / before).rename(target / after)


def put_cells(files: Sequence[Path], submission: Path) -> None:
    """Give the cells that these files name (`# cell: grade id`) their text.

    Raises:
        CourseError: a file names no cell of the submission's notebooks, or one that is there twice.
    """
    notebooks = {path: nbformat.read(path, as_version=4) for path in sorted(submission.glob("*.ipynb"))}
    cells = [(path, cell) for path, notebook in notebooks.items() for cell in notebook.cells]
    for file in files:
        text = file.read_text(encoding="utf-8")
        named = re.search(r"^# cell: (\S+)$", text, re.M)
        found = [(path, cell) for path, cell in cells if named and grade_id(cell) == named[1]]
        if len(found) != 1:
            raise CourseError(f"{file}: its line '# cell: …' must name one cell; {len(found)} fit.")
        path, cell = found[0]
        cell.source = text
        nbformat.write(notebooks[path], path)


def handed_in(homework: Homework, release: Path, solved: Path) -> None:
    """Turn a solved and run copy of the staff's source into what a student would hand in: no marks, no rubrics."""
    for name in homework.notebooks:
        path = solved / f"{name}.ipynb"
        released = {
            grade_id(cell): cell
            for cell in nbformat.read(release / f"{name}.ipynb", as_version=4).cells
            if grade_id(cell)
        }
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if grade_id(cell) in released:
                cell.metadata = released[grade_id(cell)].metadata
            cell.source = answer(cell.source)
        nbformat.write(notebook, path)
    for name in homework.edit:
        (solved / name).write_text(answer((solved / name).read_text(encoding="utf-8")), encoding="utf-8")


def answer(source: str) -> str:
    """A solution's text without the staff's marks and rubric."""
    kept, rubric = [], False
    for line in source.splitlines():
        marker = "BEGIN SOLUTION" in line or "END SOLUTION" in line
        rubric = (rubric or line.strip().startswith("**Rubric**")) and not marker
        if not marker and not rubric:
            kept.append(line)
    return "\n".join(kept).rstrip() + ("\n" if source.endswith("\n") else "")

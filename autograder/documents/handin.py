"""One submission as data for the printer: notebooks, the student's parts of modules, what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.documents.images import Pictures
from autograder.documents.markdown import PandocError, Text, convert
from autograder.documents.notebook import Cell, Unreadable, read_notebook, read_text
from autograder.documents.outputs import output_nodes
from autograder.documents.text import breakable, clean, shorten
from autograder.homework import Region, find_regions, locate_regions

if TYPE_CHECKING:
    from autograder.homework import Homework

MAX_SOURCE_LINES = 1500
MAX_MODULE_BYTES = 5_000_000
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Problem:
    """Something of a submission that is not in its PDF as it should be.

    Attributes:
        file: relative to the submission, or "" for the whole document.
        reason: for people; reads on from the file's name.
        cell: the cell's number, counted from 1, or None.
    """

    file: str
    reason: str
    cell: int | None = None


@dataclass
class Handin:
    """Collects the parts of one submission.

    Attributes:
        homework, folder: what was set, and what came back.
        pictures: where decoded pictures go.
        parts: nodes for `templates/handin.typ`.
        problems: what could not be read.
    """

    homework: Homework
    folder: Path
    pictures: Pictures
    parts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _texts: list[tuple[Text, dict[str, Any]]] = field(default_factory=list)
    _characters: int = 0

    def document(self, student: str, course: str) -> dict[str, Any]:
        """The whole submission, as the template reads it."""
        for name in self.homework.notebooks:
            self._add_notebook(name)
        for module in self.homework.edit:
            self._add_module(module)
        formulas = self._convert_texts()
        return {
            "course": clean(course),
            "homework": self.homework.name,
            "title": clean(self.homework.title),
            "student": clean(student),
            "problems": [
                {**asdict(problem), "cell": None if problem.cell is None else str(problem.cell)}
                for problem in self.problems
            ],
            "formulas": formulas,
            "parts": self.parts,
        }

    def _add_notebook(self, name: str) -> None:
        file = f"{name}.ipynb"
        path, note = self.folder / file, None
        if not path.exists() and (other := self._renamed(name)) is not None:
            path, note = other, f"Handed in as {clean(other.name)}."
            self.problems.append(Problem(file, f"was not handed in; {clean(other.name)} is printed instead"))
        try:
            cells = read_notebook(path, self.folder)
        except Unreadable as error:
            self._unreadable(file, str(error))
            return
        nodes = []
        for number, cell in enumerate(cells, start=1):
            self._characters += len(cell.source)
            if self._characters > MAX_CHARACTERS:
                self.problems.append(Problem(file, "and all that follows is too long to print", number))
                break
            nodes.append(self._cell(cell))
        self.parts.append({"file": file, "note": note, "cells": nodes})

    def _renamed(self, name: str) -> Path | None:
        """A notebook that seems to be the missing one under another name."""
        try:
            found = sorted(path for path in self.folder.glob("*.ipynb") if path.is_file())
        except OSError:
            return None
        claimed = {f"{notebook}.ipynb" for notebook in self.homework.notebooks}
        others = [path for path in found if path.name not in claimed]
        return next((path for path in others if name.casefold() in path.stem.casefold()), None)

    def _cell(self, cell: Cell) -> dict[str, Any]:
        node: dict[str, Any] = {
            "kind": cell.kind,
            "source": _code(cell.source),
            "count": None if cell.count is None else str(cell.count),
            "answer": cell.answer,
            "question": self._question(cell),
            "blocks": None,
            "outputs": output_nodes(cell.outputs, self.pictures) if cell.kind == "code" else [],
        }
        if cell.kind == "markdown":
            self._texts.append((Text(cell.source, cell.attachments or {}), node))
        return node

    def _question(self, cell: Cell) -> dict[str, str] | None:
        """Name and points as staff set them, for cells that carry points."""
        if not cell.graded:
            return None
        for question in self.homework.questions:
            if question.grade_id == cell.grade_id:
                points = "1 point" if question.points == 1 else f"{question.points:g} points"
                return {"name": question.name, "points": points}
        return None

    def _add_module(self, module: str) -> None:
        try:
            text = read_text(self.folder / module, self.folder, MAX_MODULE_BYTES)
        except Unreadable as error:
            self._unreadable(module, str(error))
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        note, regions = self._regions(module, text)
        if regions is None:
            last = text.rstrip("\n").count("\n") + 1
            regions = [_region("The whole file", Region(None, None, 1, last, "name"), text, True)]
        self.parts.append({"file": module, "note": note, "regions": regions})

    def _regions(self, module: str, text: str) -> tuple[str | None, list[dict[str, Any]] | None]:
        """The student's parts in order, or a remark and None where the whole file must be printed."""
        expected = self.homework.regions.get(module, ())
        found: dict[str, Region | None] = dict(locate_regions(text, expected)) if expected else {}
        if not expected:
            found = {region.name or "": region for region in find_regions(text)}
        if not found:
            return None, None
        missing = [name for name, region in found.items() if region is None]
        if missing:
            return f"Not found under their names: {', '.join(missing)}.", None
        parts = [(region, name) for name, region in found.items() if region is not None]
        inside = {number for region, _ in parts for number in range(region.first, region.last + 1)}
        own = [(region, "") for region in self._changed_lines(module, text, inside)]
        ordered = sorted(parts + own, key=lambda part: part[0].first)
        return None, [_region(name or "Also changed", region, text, bool(name)) for region, name in ordered]

    def _changed_lines(self, module: str, text: str, inside: set[int]) -> list[Region]:
        """Runs of lines outside the regions that are not in the staff's module."""
        try:
            staff = (self.homework.folder / module).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return []
        known = {line.strip() for line in staff.split("\n")} | {"", "# YOUR CODE HERE"}
        runs: list[Region] = []
        for number, line in enumerate(text.split("\n"), start=1):
            if number in inside or line.strip() in known:
                continue
            if runs and number - runs[-1].last <= 2:
                runs[-1] = Region(None, None, runs[-1].first, number, "name")
            else:
                runs.append(Region(None, None, number, number, "name"))
        return runs

    def _unreadable(self, file: str, reason: str) -> None:
        self.problems.append(Problem(file, reason))
        self.parts.append({"file": file, "note": f"This file {reason}. Nothing of it is printed."})

    def _convert_texts(self) -> Sequence[dict[str, Any]]:
        try:
            blocks, formulas = convert([text for text, _ in self._texts], self.pictures)
        except PandocError as error:
            self.problems.append(Problem("", f"The texts are printed as they were typed: {error}."))
            return []
        for (_, node), converted in zip(self._texts, blocks, strict=True):
            node["blocks"] = converted
        return formulas


def _code(source: str) -> str:
    return breakable(shorten(clean(source), MAX_SOURCE_LINES, 50, width=4000))


def _region(title: str, region: Region, text: str, answer: bool) -> dict[str, Any]:
    code = region.code(text)
    lines = f"line {region.first}" if region.first == region.last else f"lines {region.first}–{region.last}"
    return {
        "title": title,
        "note": lines if code.strip() else "nothing written",
        "text": _code(code),
        "first": region.first,
        "answer": answer,
    }

"""What a student wrote: the lines of code that the scaffold does not have. Nothing is run."""

from __future__ import annotations

import difflib
import textwrap
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.homework import locate_regions
from labkit.handin.collect import read_bytes
from labkit.handin.salvage import Unreadable
from labkit.printing.notebook import read_cells
from labkit.printing.text import clean, shorten

if TYPE_CHECKING:
    from autograder.homework import Homework

MOST_BYTES = 300_000_000
MOST_LINES = 5000  # of one file; what is longer was not written by hand
GAP = 3  # lines: blank ones are left out anyway
EXCERPT = (30, 5)  # lines at the beginning and at the end of an answer that is shown
MOST_WIDTH = 400  # characters of one line


@dataclass(frozen=True)
class Excerpt:
    """Lines of one file of a submission; `first` is the number of the first."""

    file: str
    first: int
    code: str


@dataclass(frozen=True)
class Written:
    """A student's own code, of all files of a homework.

    Attributes:
        text: all lines, one after the other.
        places: (file, line number) of each line of `text`; lines of a notebook are counted through its code cells.
        starts: where each line starts in `text`.
    """

    text: str
    places: tuple[tuple[str, int], ...]
    starts: tuple[int, ...]

    def excerpts(self, start: int, end: int) -> dict[str, Excerpt]:
        """The lines in which characters `start` to `end` of `text` lie, by file; "⋯" where lines are left out."""
        first, last = self._line(start), self._line(max(start, end - 1))
        lines = self.text.split("\n")
        found: dict[str, list[int]] = {}
        for line in range(first, last + 1):
            found.setdefault(self.places[line][0], []).append(line)
        return {
            file: Excerpt(file, self.places[own[0]][1], self._code([lines[line] for line in own], own))
            for file, own in found.items()
        }

    def _code(self, lines: list[str], numbers: list[int]) -> str:
        at = [self.places[number][1] for number in numbers]
        gaps = ["", *("⋯\n" if here - before > GAP else "" for before, here in pairwise(at))]
        even = textwrap.dedent("\n".join(lines)).split("\n")
        return "\n".join(gap + line for gap, line in zip(gaps, even, strict=True))

    def _line(self, position: int) -> int:
        return max(0, bisect_right(self.starts, position) - 1)


def code_of(homework: Homework, folder: Path) -> dict[str, list[str]]:
    """The lines of code in the notebooks and modules that students edit, by file; what cannot be read is left out.

    Args:
        folder: a release, or a submission that was merged with it.
    """
    found: dict[str, list[str]] = {}
    for name in (f"{notebook}.ipynb" for notebook in homework.notebooks):
        try:
            cells, _ = read_cells(read_bytes(folder / name, MOST_BYTES))
        except (OSError, ValueError, Unreadable):
            continue
        found[name] = _lines("\n".join(cell.source for cell in cells if cell.kind == "code"))
    for name in homework.edit:
        try:
            found[name] = _lines(_text(folder / name))
        except (OSError, ValueError):
            continue
    return found


def _text(path: Path) -> str:
    return read_bytes(path, MOST_BYTES).decode("utf-8-sig")


def _lines(text: str) -> list[str]:
    lines = clean(text).expandtabs(4).split("\n")[:MOST_LINES]
    return [line.rstrip()[:MOST_WIDTH] for line in lines]


def written(code: dict[str, list[str]], scaffold: dict[str, list[str]]) -> Written:
    """The lines of a submission that the scaffold does not have at their place, blank ones left out."""
    kept: list[str] = []
    places: list[tuple[str, int]] = []
    for name, lines in code.items():
        given = [line for line in scaffold.get(name, []) if line.strip()]
        numbers = [number for number, line in enumerate(lines) if line.strip()]
        matcher = difflib.SequenceMatcher(None, given, [lines[number] for number in numbers], autojunk=False)
        for kind, _, _, first, last in matcher.get_opcodes():
            own = numbers[first:last] if kind != "equal" else []
            kept += [lines[number] for number in own]
            places += [(name, number + 1) for number in own]
    starts, position = [], 0
    for line in kept:
        starts.append(position)
        position += len(line) + 1
    return Written("\n".join(kept), tuple(places), tuple(starts))


def answer(homework: Homework, question: str, folder: Path) -> tuple[Excerpt, ...]:
    """The student's code in the regions of modules that answer a question; empty where there is none.

    Args:
        folder: the merged submission.
    """
    found = []
    for module, region in homework.regions_of(question):
        try:
            text = _text(folder / module).replace("\r\n", "\n")
        except (OSError, ValueError):
            continue
        place = locate_regions(text, [region])[region.name or ""]
        code = "" if place is None else clean(textwrap.dedent(place.code(text))).strip()
        if place is not None and code:
            found.append(Excerpt(module, place.first, shorten(code, *EXCERPT, width=MOST_WIDTH)))
    return tuple(found)

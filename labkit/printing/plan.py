"""What a homework asks, as its printer needs it: the same for the whole class.

    plan = read_plan(Path("solutions/hw2"))

A notebook is cut into sections, one for each question: from the heading above its graded cell to the heading of the
next question. What comes before the first question, and a closing chapter, are sections without a question.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from labkit.handin.regions import Region, find_regions
from labkit.handin.salvage import Unreadable
from labkit.printing.notebook import Cell, read_cells

COURSE = "Neural Networks and Deep Learning"
CHAPTER = 2  # level of the headings that begin a chapter; level 1 is a notebook's title
GRADE = "grade "  # before a grade id in a section's keys
POINTS = re.compile(r"(?<!\s)\s*+\([^()]*\bpoints?\)\s*$")


class NoPlan(Exception):
    """A folder holds no homework: one sentence that says why and what to do."""


@dataclass(frozen=True)
class Question:
    """One question. `regions` are (module, name of a region) pairs that answer it."""

    name: str
    title: str
    points: float
    grade_id: str
    regions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A stretch of a notebook as it was given out.

    Attributes:
        question: which it belongs to, or None.
        keys: ids, grade ids and sources of its cells, by which a student's cells are known.
    """

    question: Question | None
    keys: frozenset[str]

    @property
    def grade_ids(self) -> set[str]:
        """nbgrader's names of its cells."""
        return {key.removeprefix(GRADE) for key in self.keys if key.startswith(GRADE)}


@dataclass(frozen=True)
class Plan:
    """A homework to be printed.

    Attributes:
        course, name, title: for people.
        notebooks: sections of each notebook, by its name without ".ipynb", in order.
        modules: the modules that students edit, and the regions in them.
        given: text of each module as it was given out, "" where it is not known.
    """

    course: str
    name: str
    title: str
    notebooks: Mapping[str, tuple[Section, ...]]
    modules: Mapping[str, tuple[Region, ...]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain values, for `from_json`."""
        plain = asdict(self)
        for sections in plain["notebooks"].values():
            for section in sections:
                section["keys"] = sorted(section["keys"])
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Plan:
        """The plan from what `to_json` gave."""
        return cls(
            plain["course"],
            plain["name"],
            plain["title"],
            {name: tuple(map(_section, sections)) for name, sections in plain["notebooks"].items()},
            {
                module: tuple(Region(**region) for region in found)
                for module, found in plain["modules"].items()
            },
            plain["given"],
        )


def _section(plain: Mapping[str, Any]) -> Section:
    asked = plain["question"]
    if asked is not None:
        regions = tuple((module, name) for module, name in asked["regions"])
        asked = Question(**{**asked, "regions": regions})
    return Section(asked, frozenset(plain["keys"]))


def read_plan(folder: Path, course: str = COURSE) -> Plan:
    """The plan of the homework in a folder: as staff wrote it, or as a student has it.

    Raises:
        NoPlan: there is no homework, or its notebooks cannot be read.
    """
    try:
        settings = tomllib.loads((folder / "homework.toml").read_text(encoding="utf-8"))
        name, title = str(settings["name"]), str(settings["title"])
        names = list(settings["notebooks"])
        modules = list(settings.get("edit", ()))
        shows = dict(settings.get("shows", {}))
    except FileNotFoundError as error:
        raise NoPlan(f"{error.filename} is missing: name the homework's folder, which holds it.") from None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise NoPlan(f"The homework in {folder} cannot be read ({error}).") from None
    notebooks = {notebook: _notebook(folder / f"{notebook}.ipynb") for notebook in names}
    given = {module: _text(folder / module) for module in modules}
    regions = {module: tuple(r for r in find_regions(text) if r.name) for module, text in given.items()}
    return Plan(
        course,
        name,
        title,
        {
            notebook: sections(cells, questions(cells, regions, shows))
            for notebook, cells in notebooks.items()
        },
        regions,
        given,
    )


def _notebook(path: Path) -> list[Cell]:
    try:
        return read_cells(path.read_bytes())[0]
    except FileNotFoundError:
        raise NoPlan(
            f"{path.name} is missing in the homework's folder: give your notebook this name, "
            "or take the file out of the homework's zip again."
        ) from None
    except (OSError, ValueError, Unreadable) as error:
        raise NoPlan(f"{path} cannot be read ({error}).") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def questions(
    cells: Sequence[Cell],
    regions: Mapping[str, Sequence[Region]],
    shows: Mapping[str, Sequence[str]],
) -> tuple[Question, ...]:
    """The questions of a notebook that bring points.

    Args:
        cells: all its cells.
        regions: the named regions of every module. A question shows those of its name and below it.
        shows: {question: further names of regions}.
    """
    found = []
    title = ""
    for cell in cells:
        headings = [text for _, text in cell.headings()]
        if cell.points and cell.grade_id:
            name = cell.grade_id.replace("-", ".", 1)
            heading = POINTS.sub("", headings[0] if headings else title).replace("`", "")
            wanted = (name, *shows.get(name, ()))
            shown = tuple(
                (module, region.name)
                for module, there in regions.items()
                for region in there
                if region.name
                and any(region.name == want or region.name.startswith(f"{want}.") for want in wanted)
            )
            found.append(Question(name, heading or name, cell.points, cell.grade_id, shown))
        title = headings[-1] if headings else title
    return tuple(found)


def keys(cell: Cell) -> tuple[str, ...]:
    """Names by which a cell is known: some editors drop ids, and copies of a cell share a grade id."""
    named = (f"{GRADE}{cell.grade_id}" if cell.grade_id else "", f"id {cell.id}" if cell.id else "")
    return tuple(
        filter(None, (*named, f"text {' '.join(cell.source.split())}" if cell.source.strip() else ""))
    )


def sections(cells: Sequence[Cell], questions: Sequence[Question]) -> tuple[Section, ...]:
    """A notebook as it was given out, cut into sections.

    Args:
        cells: all its cells.
        questions: its questions; their graded cells are known by `grade_id`.
    """
    asked = {question.grade_id: question for question in questions}
    starts: list[tuple[int, Question | None]] = []
    free = 0
    for position, cell in enumerate(cells):
        if cell.points is not None and cell.grade_id in asked:
            starts.append((_start(cells, free, position), asked[cell.grade_id]))
            free = position + 1
    closing = next((at for at in range(free, len(cells)) if _level(cells[at]) == CHAPTER), len(cells))
    if starts and closing < len(cells):
        starts.append((closing, None))
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, None))
    ends = [start for start, _ in starts[1:]] + [len(cells)]
    return tuple(
        Section(question, frozenset(key for cell in cells[start:end] for key in keys(cell)))
        for (start, question), end in zip(starts, ends, strict=True)
    )


def _start(cells: Sequence[Cell], free: int, graded: int) -> int:
    """Where the question of a graded cell begins: at the last of the highest headings since the question before."""
    levels = {at: level for at in range(free, graded + 1) if (level := _level(cells[at])) is not None}
    if not levels:
        return free
    highest = min(levels.values())
    return max(at for at, level in levels.items() if level == highest)


def _level(cell: Cell) -> int | None:
    """Level of the highest heading in a cell, except a notebook's title."""
    return min((level for level, _ in cell.headings() if level >= CHAPTER), default=None)

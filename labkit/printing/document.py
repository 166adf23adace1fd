"""One submission as data for the printer: a section for every question, in the homework's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from labkit.handin.collect import Found, find, is_wanted, read_bytes, reason
from labkit.handin.folders import unwrapped
from labkit.handin.salvage import Unreadable
from labkit.handin.swapped import moves, others, parts_of, places, remark
from labkit.printing.images import Pictures
from labkit.printing.markdown import Converter, PandocError, Text
from labkit.printing.modules import Module, shown_code
from labkit.printing.notebook import Cell, read_cells
from labkit.printing.outputs import output_nodes
from labkit.printing.plan import Plan, Section, keys
from labkit.printing.text import clean

Node = dict[str, Any]
MAX_NOTEBOOK = 256_000_000
MAX_MODULE = 5_000_000
MAX_CHARACTERS = 2_000_000
MAX_SPARE = 10  # notebooks of other names that are looked into


@dataclass(frozen=True)
class Problem:
    """Something of a submission that is not in its PDF as it should be.

    Attributes:
        file: relative to the submission, or "" for the whole document.
        reason: for people; reads on from the file's name.
    """

    file: str
    reason: str


@dataclass
class Document:
    """Collects what is printed of one submission.

    Attributes:
        plan, folder: what was asked, and what came back.
        pictures: where decoded pictures go.
        converter: reads Markdown.
        problems: what could not be read.
    """

    plan: Plan
    folder: Path
    pictures: Pictures
    converter: Converter
    problems: list[Problem] = field(default_factory=list)
    _found: Found = field(init=False)
    _places: dict[str, str | None] = field(init=False)
    _read: dict[str, tuple[list[Cell], list[str]]] = field(default_factory=dict)
    _modules: dict[str, Module] = field(init=False)
    _texts: list[tuple[Text, Node]] = field(default_factory=list)
    _characters: int = 0

    def __post_init__(self) -> None:
        self._found = unwrapped(find(self.folder), self.plan.modules)

    def build(self, student: str, *, complete: bool = False) -> Node:
        """The whole submission, as `templates/handin.typ` reads it.

        Args:
            complete: with all sections of the plan, also those that hold nothing.
        """
        self._places = self._placed("cells", self._given_cells(), self._cells_in)
        self._places |= self._placed("parts", self._given_parts(), self._parts_in)
        self._modules = {module: self._module(module) for module in self.plan.modules}
        sections = [section for name in self.plan.notebooks for section in self._notebook(name, complete)]
        rest = [part for module in self._modules.values() if (part := self._rest(module))]
        self._convert_texts()
        return {
            **frame(self.plan, student),
            "problems": list(map(asdict, self.problems)),
            "sections": [*sections, *rest],
        }

    def _given_cells(self) -> dict[str, set[str]]:
        """The grade ids in each notebook as it was given out."""
        return {
            f"{name}.ipynb": {one for section in sections for one in section.grade_ids}
            for name, sections in self.plan.notebooks.items()
        }

    def _given_parts(self) -> dict[str, set[str]]:
        """The names of the parts of each module as it was given out."""
        return {file: parts_of(self.plan.given.get(file, "").encode()) for file in self.plan.modules}

    def _cells_in(self, path: str) -> set[str]:
        cells, _ = self._read_notebook(path)
        return {cell.grade_id for cell in cells if cell.grade_id}

    def _parts_in(self, path: str) -> set[str]:
        return parts_of(read_bytes(self._found.files[path], MAX_MODULE))

    def _placed(
        self, what: str, given_out: Mapping[str, set[str]], within: Callable[[str], set[str]]
    ) -> dict[str, str | None]:
        """Which file stands for each that is asked for: as the judge takes them."""
        named = {file: self._found.named(file) for file in given_out}
        handed_in = {}
        for file, actual in named.items():
            with suppress(OSError, ValueError, Unreadable):
                if actual is not None:
                    handed_in[file] = within(actual)
        wrong = others(handed_in, given_out)
        moved = moves(wrong, set(handed_in))
        self.problems += [
            Problem(file, remark(other, what, False)) for file, other in wrong.items() if file not in moved
        ]
        return places(named, moved)

    def _notebook(self, name: str, complete: bool) -> list[Node]:
        """The sections of a notebook in the order of the plan."""
        file = f"{name}.ipynb"
        cells, note = self._cells(name)
        made = []
        sections = self.plan.notebooks[name]
        sorted_cells = self._sorted(cells, sections)
        for number, section in enumerate(sections):
            items = self._items(sorted_cells[number], section, file)
            opens = number == 0
            if not items and not opens:
                if section.question is None and not complete:
                    continue
                what = "this question" if section.question else "this part"
                items = [_remark(note or f"The cells of {what} are not in the notebook.")]
            made.append(
                {
                    "file": file,
                    "opens": opens,
                    "note": note if opens else None,
                    "question": _asked(section),
                    "items": items,
                }
            )
        return made

    def _cells(self, name: str) -> tuple[list[Cell], str | None]:
        """The cells of a notebook and a remark on the file; no cells where it cannot be read."""
        file = f"{name}.ipynb"
        actual = self._places[file]
        cells: list[Cell] = []
        try:
            if actual is None:
                actual, cells, damage = self._renamed(name)
            else:
                cells, damage = self._read_notebook(actual)
        except (OSError, ValueError, Unreadable) as error:
            why = self._refused(file) or f"could not be read: {reason(error)}"
            self.problems.append(Problem(file, why))
            return [], f"{file} {why}. Nothing of it is printed."
        notes = [f"{file} {text}." for text in damage]
        self.problems += [Problem(file, text) for text in damage]
        if actual != file:
            notes.insert(0, f"Handed in as {clean(actual)}.")
            self.problems.append(Problem(file, f"was handed in as {clean(actual)}"))
        return cells, " ".join(notes) or None

    def _read_notebook(self, path: str) -> tuple[list[Cell], list[str]]:
        """The cells of a notebook and what is damaged in it. It is asked for twice: whose cells these are, and to print.

        Raises:
            OSError, ValueError, Unreadable: as `read_bytes` and `read_cells`.
        """
        if path not in self._read:
            self._read[path] = read_cells(read_bytes(self._found.files[path], MAX_NOTEBOOK))
        return self._read[path]

    def _renamed(self, name: str) -> tuple[str, list[Cell], list[str]]:
        """The notebook of another name that shares the most graded cells with the missing one, at least a third.

        Raises:
            ValueError: there is none.
        """
        graded = {section.question.grade_id for section in self.plan.notebooks[name] if section.question}
        expected = {self._found.named(f"{notebook}.ipynb") for notebook in self.plan.notebooks}
        spare = [path for path in self._found.files if is_wanted(path, ".ipynb") and path not in expected]
        best: tuple[int, str, list[Cell], list[str]] | None = None
        for path in spare[:MAX_SPARE]:
            try:
                cells, damage = self._read_notebook(path)
            except (OSError, ValueError, Unreadable):
                continue
            shared = len(graded & {cell.grade_id for cell in cells})
            if 3 * shared >= len(graded) > 0 and (best is None or shared > best[0]):
                best = shared, path, cells, damage
        if best is None:
            raise ValueError("it was not handed in")
        return best[1:]

    def _refused(self, file: str) -> str | None:
        """Why a file that may be there was not looked at."""
        if self._places[file] is not None:
            return None
        for path, why in self._found.refused:
            if path == file or file.startswith(f"{path}/"):
                return f"is not read: {why}"
        return "was not handed in"

    def _sorted(self, cells: Sequence[Cell], sections: tuple[Section, ...]) -> list[list[Cell]]:
        """The cells of each section; cells of the student's own stay with the one above them."""
        known: dict[str, int] = {}
        for number, section in enumerate(sections):
            for key in section.keys:
                known.setdefault(key, number)
        made: list[list[Cell]] = [[] for _ in sections]
        current = 0
        for number, cell in enumerate(cells, start=1):
            self._characters += len(cell.source)
            if self._characters > MAX_CHARACTERS:
                self.problems.append(Problem("", f"From cell {number} on, a notebook is too long to print"))
                break
            current = next((known[key] for key in keys(cell) if key in known), current)
            made[current].append(cell)
        return made

    def _items(self, cells: list[Cell], section: Section, file: str) -> list[Node]:
        """The cells of a section, with the regions that answer its question above its check."""
        question = section.question
        nodes = [self._cell(cell) for cell in cells]
        if question is None or not question.regions:
            return nodes
        regions = [self._modules[module].region(name) for module, name in question.regions]
        checks = [
            at for at, cell in enumerate(cells) if cell.grade_id == question.grade_id and not cell.answer
        ]
        at = checks[0] if checks else len(nodes)
        return [*nodes[:at], *regions, *nodes[at:]]

    def _cell(self, cell: Cell) -> Node:
        outputs = output_nodes(cell.outputs, self.pictures) if cell.kind == "code" else []
        node: Node = {
            "t": cell.kind,
            "lines": shown_code(cell.source, python=cell.kind == "code"),
            "count": None if cell.count is None else str(cell.count),
            "answer": cell.answer,
            "blocks": None,
            "outputs": outputs,
        }
        if cell.kind == "markdown":
            self._texts.append((Text(cell.source, cell.attachments), node))
        self._texts += [
            (Text(out.pop("source"), {}, out.pop("kind")), out) for out in outputs if out["t"] == "rich"
        ]
        return node

    def _module(self, file: str) -> Module:
        text, why = None, ""
        actual = self._places[file]
        try:
            if actual is not None:
                text = read_bytes(self._found.files[actual], MAX_MODULE).decode("utf-8-sig", "replace")
        except (OSError, ValueError) as error:
            why = f"could not be read ({reason(error)})"
        if text is None:
            why = why or self._refused(file) or ""
            self.problems.append(Problem(file, why))
        elif actual != file:
            self.problems.append(Problem(file, f"was handed in as {clean(actual or '')}"))
        return Module.read(file, text, why, self.plan.modules[file])

    def _rest(self, module: Module) -> Node | None:
        """A section with what no question shows of a module."""
        asked = [section.question for sections in self.plan.notebooks.values() for section in sections]
        shown = {
            name for question in asked if question for file, name in question.regions if file == module.file
        }
        items = module.rest(shown, self.plan.given.get(module.file, ""))
        note = f"Not found under their names: {', '.join(module.lost)}." if module.lost else None
        if not items and note is None:
            return None
        return {
            "file": module.file,
            "opens": True,
            "note": note,
            "question": None,
            "items": items,
        }

    def _convert_texts(self) -> None:
        try:
            converted = self.converter.convert([text for text, _ in self._texts], self.pictures)
        except PandocError as error:
            self.problems.append(Problem("", f"The texts are printed as they were typed: {error}"))
            return
        for (_, node), blocks in zip(self._texts, converted, strict=True):
            node["blocks"] = blocks


def frame(plan: Plan, student: str) -> Node:
    """A document of which nothing but the title is there."""
    return {
        "course": clean(plan.course),
        "homework": plan.name,
        "title": clean(plan.title),
        "student": clean(student),
        "problems": [],
        "sections": [],
    }


def _asked(section: Section) -> Node | None:
    """Name, title and points as staff set them."""
    question = section.question
    if question is None:
        return None
    points = "1 point" if question.points == 1 else f"{question.points:g} points"
    return {
        "name": question.name,
        "title": clean(question.title),
        "points": points if question.points else "",
    }


def _remark(text: str) -> Node:
    return {"t": "remark", "text": text, "to": None}

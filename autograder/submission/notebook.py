"""One notebook as handed in, brought back to the released shape: the student's answers in the staff's cells."""

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import dataclass, field

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.results import Note

SETUP, SOLUTION, ADDED = "setup", "solution", "added"
NAMED = 5  # missing cells that a note lists


@dataclass(frozen=True)
class RunCell:
    """A cell that the sandbox runs to have the notebook's functions.

    Attributes:
        id: the cell's id.
        source: its code.
        origin: "setup" (the staff's), "solution" (an answer) or "added" (the student's own cell).
    """

    id: str
    source: str
    origin: str


@dataclass
class _Merge:
    file: str
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, reason: str, cell: str | None = None) -> None:
        self.notes.append(Note(kind, self.file, reason, cell))


def grade_id(cell: NotebookNode) -> str | None:
    """nbgrader's name of a cell, or None."""
    found = cell.metadata.get("nbgrader", {}).get("grade_id")
    return found if isinstance(found, str) else None


def merge_notebook(
    name: str, handed_in: NotebookNode | None, released: NotebookNode
) -> tuple[NotebookNode, list[Note]]:
    """The released notebook with the student's answers in it.

    Answers come from the student; graded and locked cells, points, ids and tags come from the
    release. Cells that the student added stay where they are; missing ones come back.

    Args:
        name: file name for the notes, such as "knn.ipynb".
        handed_in: the student's notebook, None where there is none.
        released: the staff's copy, as it was given out.
    """
    merge = _Merge(name)
    result = copy.deepcopy(released)
    if handed_in is None:
        return result, merge.notes
    staff = {label: cell for cell in released.cells if (label := grade_id(cell))}
    plain = {cell.id: cell for cell in released.cells if not grade_id(cell)}
    chosen = _choose(handed_in, staff, plain, merge)
    cells = []
    for position, cell in enumerate(handed_in.cells):
        kind, _, key = chosen.get(position, "").partition(":")
        if kind == "grade":
            cells.append(_restored(cell, staff[key], merge))
        elif kind == "cell":
            cells.append(_shown(cell, plain[key]))
        else:
            cells.append(_added(cell))
    result.cells = _with_missing(cells, released, merge)
    _unique_ids(result)
    return result, merge.notes


def run_cells(notebook: NotebookNode) -> tuple[RunCell, ...]:
    """The cells of a merged notebook that the sandbox runs, in order."""
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        labels = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or "experiment" in tags or labels.get("grade"):
            continue
        if "setup" in tags:
            cells.append(RunCell(cell.id, cell.source, SETUP))
        elif labels.get("solution"):
            cells.append(RunCell(cell.id, cell.source, SOLUTION))
        elif cell.metadata.get("labkit", {}).get("added"):
            cells.append(RunCell(cell.id, cell.source, ADDED))
    return tuple(cells)


def _is_solution(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _choose(
    handed_in: NotebookNode, staff: dict[str, NotebookNode], plain: dict[str, NotebookNode], merge: _Merge
) -> dict[int, str]:
    """Which staff cell each of the student's cells stands for, by position: "grade:<id>" or "cell:<id>".

    Cells are known by their grade id, else by their cell id; of several copies the written one counts.
    """
    candidates: dict[str, list[int]] = defaultdict(list)
    ids = {cell.id: name for name, cell in staff.items()}
    for position, cell in enumerate(handed_in.cells):
        name = grade_id(cell) or ids.get(cell.id, "")
        if name in staff:
            candidates[f"grade:{name}"].append(position)
        elif cell.id in plain:
            candidates[f"cell:{cell.id}"].append(position)
    chosen: dict[int, str] = {}
    for key, positions in candidates.items():
        kind, _, name = key.partition(":")
        original = staff[name] if kind == "grade" else plain[name]
        best = positions[0]
        if kind == "grade" and _is_solution(original):
            own = [p for p in positions if handed_in.cells[p].id == original.id] or positions
            written = [p for p in positions if handed_in.cells[p].source.strip() != original.source.strip()]
            best = own[0] if own[0] in written or not written else written[-1]
        if len(positions) > 1 and kind == "grade":
            merge.note(
                "duplicate",
                f"is there {len(positions)} times; cell {best + 1} of the notebook counts",
                original.id,
            )
        chosen[best] = key
    return chosen


def _restored(cell: NotebookNode, original: NotebookNode, merge: _Merge) -> NotebookNode:
    made = copy.deepcopy(original)
    theirs, ours = cell.metadata.get("nbgrader", {}), original.metadata["nbgrader"]
    if changed := [key for key in theirs if key != "grade_id" and theirs[key] != ours.get(key, theirs[key])]:
        merge.note(
            "replaced",
            f"{', '.join(changed)} had been changed; what was given out counts",
            original.id,
        )
    if not _is_solution(original):
        if _squeezed(cell.source) != _squeezed(original.source):
            merge.note(
                "replaced",
                "is locked and was changed; the original counts",
                original.id,
            )
        return made
    if cell.cell_type != original.cell_type:
        merge.note(
            "replaced",
            f"had become a {cell.cell_type} cell; it was set back",
            original.id,
        )
    made.source = cell.source
    if original.cell_type == "code":
        made.outputs = cell.get("outputs", [])
    if "attachments" in cell:
        made.attachments = cell.attachments
    return made


def _shown(cell: NotebookNode, original: NotebookNode) -> NotebookNode:
    """A cell that is not graded: the student's text and outputs, the staff's metadata."""
    made = copy.deepcopy(cell)
    made.id = original.id
    made.metadata = copy.deepcopy(original.metadata)
    if "setup" in original.metadata.get("tags", []):
        made.source = original.source
    return made


def _added(cell: NotebookNode) -> NotebookNode:
    made = copy.deepcopy(cell)
    made.metadata = nbformat.from_dict({"labkit": {"added": True}})
    return made


def _with_missing(cells: list[NotebookNode], released: NotebookNode, merge: _Merge) -> list[NotebookNode]:
    """Put staff cells that are gone back after the staff cell that they followed."""
    result = list(cells)
    missing: list[str] = []
    previous: str | None = None
    for original in released.cells:
        present = any(cell.id == original.id and not _is_added(cell) for cell in result)
        if not present and (grade_id(original) or "setup" in original.metadata.get("tags", [])):
            place = next(
                (i + 1 for i, cell in enumerate(result) if cell.id == previous and not _is_added(cell)), 0
            )
            result.insert(place, copy.deepcopy(original))
            missing.append(original.id)
            present = True
        if present:
            previous = original.id
    if len(missing) == 1:
        merge.note("restored", "was missing; it was put back, as it was given out", missing[0])
    elif missing:
        rest = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        merge.note(
            "restored",
            f"{len(missing)} cells were missing, and were put back as they had been given out: "
            f"{', '.join(missing[:NAMED])}{rest}",
        )
    return result


def _is_added(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("labkit", {}).get("added"))


def _unique_ids(notebook: NotebookNode) -> None:
    seen: set[str] = set()
    ordered = sorted(range(len(notebook.cells)), key=lambda i: _is_added(notebook.cells[i]))
    for i in ordered:
        cell = notebook.cells[i]
        name, number = cell.id, 1
        while cell.id in seen:
            cell.id = f"{name[:56]}-{number}"
            number += 1
        seen.add(cell.id)


def _squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())

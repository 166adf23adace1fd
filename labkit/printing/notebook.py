"""Notebooks as they were handed in, whatever state they are in."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from labkit.handin.salvage import MOST_CELLS, Unreadable, load

FENCED = re.compile(r"^ *(```|~~~).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^ {0,3}(#{1,6}) +(.*)", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        kind: "markdown", "code" or "raw".
        source: the text of the cell.
        id: nbformat's name of the cell, or None.
        count: the execution count, or None.
        outputs: the outputs as nbformat's dictionaries, checked to be dictionaries.
        attachments: file name to {mime type: base64 text}.
        grade_id: nbgrader's name of the cell, or None.
        answer: whether it is a cell that nbgrader lets the student fill in.
        points: what nbgrader gives for it; None for cells that are not graded.
    """

    kind: str
    source: str
    id: str | None = None
    count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()
    attachments: dict[str, dict[str, Any]] = field(default_factory=dict)
    grade_id: str | None = None
    answer: bool = False
    points: float | None = None

    def headings(self) -> list[tuple[int, str]]:
        """Levels and texts of the headings in it."""
        if self.kind != "markdown":
            return []
        return [
            (len(match[1]), match[2].rstrip(" #")) for match in HEADING.finditer(FENCED.sub("", self.source))
        ]


def read_cells(data: bytes) -> tuple[list[Cell], list[str]]:
    """The cells of a notebook file, and what is wrong with it in words that follow its name.

    Older formats are converted by nbformat; damaged cells are left out rather than refused.

    Raises:
        Unreadable: the file is no notebook.
    """
    content, remarks = load(data)
    if "cells" not in content and ("worksheets" in content or content.get("nbformat") in (1, 2, 3)):
        content = _upgraded(content)
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("it has no list of cells")
    if len(cells) > MOST_CELLS:
        remarks.append(f"has {len(cells)} cells; those after the first {MOST_CELLS} are not printed")
    return list(_cells(cells[:MOST_CELLS])), remarks


def joined(text: Any) -> str:
    """nbformat's multi-line text, which is a string or a list of strings; "" for anything else."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return ""


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    try:
        nbformat = importlib.import_module("nbformat")  # comes with Jupyter
        return dict(nbformat.convert(nbformat.from_dict(content), 4))
    except Exception as error:  # nbformat raises many types
        raise Unreadable(f"it is in an old notebook format that cannot be converted ({error})") from error


def _cells(cells: list[Any]) -> Iterator[Cell]:
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        nbgrader = _dictionary(_dictionary(cell.get("metadata")).get("nbgrader"))
        count, kind, points = cell.get("execution_count"), cell.get("cell_type"), nbgrader.get("points", 0)
        outputs = cell.get("outputs")
        graded = (nbgrader.get("grade") is True or nbgrader.get("task") is True) and _is_number(points)
        yield Cell(
            kind=kind if kind in ("markdown", "code") else "raw",
            source=joined(cell.get("source")),
            id=_string(cell.get("id")),
            count=count if isinstance(count, int) and abs(count) < 1_000_000 else None,
            outputs=tuple(out for out in outputs if isinstance(out, dict))
            if isinstance(outputs, list)
            else (),
            attachments={
                name: bundle
                for name, bundle in _dictionary(cell.get("attachments")).items()
                if isinstance(bundle, dict)
            },
            grade_id=_string(nbgrader.get("grade_id")),
            answer=nbgrader.get("solution") is True,
            points=float(points) if graded else None,
        )


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6

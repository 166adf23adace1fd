"""Which page is where: the numbers of pages, and with fixed pages what is moved to the appendix.

A PDF is made of slots: the cover, a slot for every section of the plan, and slots for what modules hold besides.
With fixed pages every planned slot has the same number of pages for everybody. What a slot needs more is moved to
the appendix, behind all slots, with links there and back; what it needs less stays empty.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """Where the pages of one document go.

    Attributes:
        known: what the template must know, see `page-facts` there.
        order: pages as Typst sets them (from 1), in the order of the PDF.
        appendix: pages in the appendix, by slot.
    """

    known: Node
    order: tuple[int, ...]
    appendix: dict[int, tuple[int, ...]]


def lay_out(feet: Sequence[str], needed: Sequence[int], allotted: Sequence[int] | None = None) -> Layout:
    """The layout of a document.

    Args:
        feet: what stands at the foot of each slot's pages.
        needed: number of pages of each slot.
        allotted: pages of the first slots; None, or beyond them: as many as needed.
    """
    rooms = [*(allotted or ()), *needed[len(allotted or ()) :]]
    kept: list[int] = []
    moved: dict[int, list[int]] = {}
    facts: list[Node] = []
    starts = []
    for slot, (foot, need, room) in enumerate(zip(feet, needed, rooms, strict=True)):
        start = len(facts) + 1
        starts.append(start)
        pages = list(range(start, start + max(need, room)))
        over = pages[room:]
        kept += pages[:room]
        facts += [
            {"foot": foot, "on": None, "from": pages[room - 1] if page in over else None} for page in pages
        ]
        if over:
            facts[pages[room - 1] - 1]["on"] = over[0]
            moved[slot] = over
    order = [*kept, *(page for pages in moved.values() for page in pages)]
    numbers = {page: number for number, page in enumerate(order, start=1)}
    for page, fact in enumerate(facts, start=1):
        fact["number"] = numbers[page]
    blanks = [max(0, room - need) for need, room in zip(needed, rooms, strict=True)]
    return Layout(
        {"pages": facts, "starts": starts, "blanks": blanks},
        tuple(order),
        {slot: tuple(numbers[page] for page in pages) for slot, pages in moved.items()},
    )


def reorder(path: Path, order: Sequence[int]) -> None:
    """Put the pages of a PDF in another order. Links and outlines go with them."""
    pikepdf = importlib.import_module("pikepdf")  # optional: only for fixed pages
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pages = list(pdf.pages)
        del pdf.pages[:]
        for page in order:
            pdf.pages.append(pages[page - 1])
        pdf.save(path, deterministic_id=True)

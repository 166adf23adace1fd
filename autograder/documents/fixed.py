"""Fixed pages: how many each question gets, and `pages.json`, which says where it is in everybody's PDF."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from labkit.printing.plan import Plan, Section

ENOUGH = 0.9  # share of students whose answer must fit


@dataclass(frozen=True)
class Allotment:
    """Pages of the cover and of each section of a plan, the same for everybody.

    Attributes:
        plan: of the homework.
        slots: how many pages the cover and each section have.
        appendix: {student: {name of a slot: its pages in the appendix}} of those who were printed before.
    """

    plan: Plan
    slots: tuple[int, ...]
    appendix: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, appendices: Mapping[str, Mapping[int, Sequence[int]]]) -> dict[str, Any]:
        """The content of `pages.json`; `appendices` are the pages beyond these, by student and slot."""
        names = _names(self.plan)
        printed = {
            student: {names[slot]: list(pages) for slot, pages in moved.items()}
            for student, moved in appendices.items()
        }
        appendix = {**self.appendix, **printed}
        firsts = [1, *(1 + end for end in accumulate(self.slots))]
        questions = {}
        for (notebook, section), name, first, count in zip(
            _sections(self.plan), names[1:], firsts[1:], self.slots[1:], strict=False
        ):
            if section.question is not None:
                questions[name] = {
                    "title": section.question.title,
                    "notebook": f"{notebook}.ipynb",
                    "points": section.question.points,
                    "pages": list(range(first, first + count)),
                }
        return {
            "homework": self.plan.name,
            "pages": sum(self.slots),
            "questions": questions,
            "slots": [[name, count] for name, count in zip(names, self.slots, strict=True)],
            "appendix": {student: moved for student, moved in sorted(appendix.items()) if moved},
        }

    @classmethod
    def from_json(cls, plan: Plan, content: Any) -> Allotment | None:
        """What a `pages.json` says; None where it is not one of this plan."""
        try:
            names = [name for name, _ in content["slots"]]
            counts = tuple(int(count) for _, count in content["slots"])
        except (KeyError, TypeError, ValueError):
            return None
        fits = content.get("homework") == plan.name and names == _names(plan) and min(counts) > 0
        return cls(plan, counts, dict(content.get("appendix", {}))) if fits else None


def allotment(plan: Plan, needed: Sequence[Sequence[int]]) -> Allotment:
    """As many pages for each slot as are enough for most.

    Args:
        needed: pages that the slots of some students need; what is beyond the plan's slots is left aside.
    """
    counts = []
    for slot in range(len(_names(plan))):
        wanted = sorted(pages[slot] for pages in needed if len(pages) > slot) or [1]
        counts.append(wanted[math.ceil(ENOUGH * len(wanted)) - 1])
    return Allotment(plan, tuple(counts))


def _sections(plan: Plan) -> list[tuple[str, Section]]:
    return [(notebook, section) for notebook, found in plan.notebooks.items() for section in found]


def _names(plan: Plan) -> list[str]:
    """A name for each slot: the question's, else the notebook's and a number."""
    names = ["cover"]
    for number, (notebook, section) in enumerate(_sections(plan)):
        names.append(section.question.name if section.question else f"{notebook}.ipynb:{number}")
    return names

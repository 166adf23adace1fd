"""Prints submissions of one homework.

    printer = Printer(read_plan(Path("hw2")))
    printed = printer.print(Path("hw2"), "Ada Lovelace", Path("hw2.pdf"))

Whatever a submission holds, its PDF exists in the end and says what is not in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.printing.document import Document, Problem
from labkit.printing.files import write_bytes
from labkit.printing.images import Pictures
from labkit.printing.markdown import Converter
from labkit.printing.pages import lay_out, reorder
from labkit.printing.plan import Plan
from labkit.printing.press import FULL, Press


@dataclass(frozen=True)
class Printed:
    """What became of one submission.

    Attributes:
        slots: pages that the cover and each section need.
        pages: pages of the PDF.
        appendix: {slot: its pages in the appendix}.
        problems: what is not printed as it should be.
    """

    slots: tuple[int, ...]
    pages: int
    appendix: dict[int, tuple[int, ...]]
    problems: tuple[Problem, ...]


class Printer:
    """Prints one submission after the other; what they have in common is read once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._converter, self._press = Converter(), Press()

    def print(
        self,
        folder: Path,
        student: str,
        out: Path | None,
        *,
        allotted: Sequence[int] | None = None,
        amount: int = FULL,
    ) -> Printed:
        """Print the submission in `folder` to `out`, at once or not at all; None: only count its pages.

        Args:
            allotted: pages for the cover and each planned section; None: as many as they need.
            amount: FULL, PLAIN (text alone) or NOTHING (but a title and what is wrong).

        Raises:
            OSError: `out` cannot be written.
            PressError: Typst sets not even the title. Nothing in a submission does that.
        """
        with tempfile.TemporaryDirectory(prefix="printing-") as name:
            room = Path(name)
            complete = allotted is not None or out is None
            document, problems = self._document(folder, student, room, complete)
            proof = self._press.proof(document, room, amount)
            problems += [Problem("", f"Typst could not set {what}.") for what in proof.given_up]
            layout = lay_out(_feet(document["sections"]), proof.pages, allotted)
            if out is not None:
                pdf = room / "document.pdf"
                proof.write(pdf, layout.known)
                if layout.appendix:
                    reorder(pdf, layout.order)
                write_bytes(out, pdf.read_bytes())
            return Printed(tuple(proof.pages), len(layout.order), layout.appendix, tuple(problems))

    def _document(
        self, folder: Path, student: str, room: Path, complete: bool
    ) -> tuple[dict[str, Any], list[Problem]]:
        try:
            document = Document(self.plan, folder, Pictures(room), self._converter)
            return document.build(student, complete=complete), document.problems
        except Exception as error:  # a submission that defeats the reader must not stop the class
            problem = Problem("", f"The submission could not be read ({type(error).__name__}).")
            nothing = Document(self.plan, room / "nothing", Pictures(room), self._converter)
            empty = nothing.build(student, complete=complete)
            return {**empty, "problems": [{"file": "", "reason": problem.reason}]}, [problem]


def _feet(sections: Sequence[dict[str, Any]]) -> list[str]:
    """What stands at the foot of the pages of the cover and each section."""
    asked = (section["question"] for section in sections)
    return [
        "",
        *(
            f"{section['file']} · {question['title']}" if question else section["file"]
            for section, question in zip(sections, asked, strict=True)
        ),
    ]

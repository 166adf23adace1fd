"""A student's feedback page as a PDF, for printing and for those who collect PDFs.

    press = FeedbackPress()
    path = press.write(feedback, Path("feedback/ada/hw2"))

Typst sets the type. The template is ours; what a student wrote reaches it as data and is never evaluated.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import typst

from autograder.documents.feedback import MARKS, STATUS, Feedback, ShownQuestion, error_rows, frames, values
from autograder.documents.page import TEMPLATES, points, shown_text
from labkit.checks import Finding
from labkit.printing.files import write_bytes
from labkit.printing.text import breakable, safe_name

STANDARDS: tuple[Any, ...] = ("ua-1", [])  # tagged, for screen readers; where that cannot be, plain
KINDS = {"passed": "ok", "not written": "wait", "waiting": "wait"}


class PressError(Exception):
    """A page could not be printed; the message says why."""


class FeedbackPress:
    """Prints any number of feedback pages; fonts and template are read once."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("matplotlib")  # its DejaVu fonts have the symbols that Typst's lack
        fonts = Path(found.origin).parent / "mpl-data/fonts/ttf" if found and found.origin else None
        self._compiler = typst.Compiler(
            input=str(TEMPLATES / "feedback.typ"),
            root=str(TEMPLATES),
            font_paths=[str(fonts)] if fonts else [],
            package_path=str(TEMPLATES / "no-packages"),
            package_cache_path=str(TEMPLATES / "no-packages"),
        )

    def write(self, feedback: Feedback, folder: Path) -> Path:
        """Write `<student>.pdf` into the folder, at once or not at all.

        Raises:
            OSError: the file cannot be written.
            PressError: the page cannot be printed.
        """
        return write_bytes(folder / f"{safe_name(feedback.student)}.pdf", self.print(feedback))

    def print(self, feedback: Feedback) -> bytes:
        """The PDF: tagged, for screen readers too, unless something in it makes that impossible.

        Raises:
            PressError: the page cannot be printed.
        """
        data = {"feedback": json.dumps(_document(feedback))}
        failure = ""
        for standards in STANDARDS:
            try:
                made: Any = self._compiler.compile(
                    format="pdf", sys_inputs=data, pdf_standards=standards, timestamp=0
                )
            except typst.TypstError as error:
                failure = error.message
                continue
            return bytes(made)
        raise PressError(failure)


def _document(feedback: Feedback) -> dict[str, Any]:
    """The page as the template reads it: texts, ready to be set."""
    late, total = feedback.lateness, feedback.total
    return {
        "course": _text(feedback.course),
        "homework": _text(feedback.homework),
        "title": _text(feedback.title),
        "student": _text(feedback.student),
        "score": points(feedback.final),
        "points": points(total.points),
        "open": points(total.open) if total.open else None,
        "late": None if late is None else _text(late.reason),
        "cost": f"{points(total.score)} points − {points(late.penalty)}" if late and late.penalty else None,
        "first": _text(feedback.first),
        "unconfined": feedback.unconfined,
        "notes": [
            {"file": _text(note.file), "cell": _text(note.cell), "reason": _text(note.reason)}
            for note in feedback.notes
        ],
        "notebooks": [
            {"name": f"{_text(name)}.ipynb", "questions": [_question(question) for question in group]}
            for name, group in feedback.groups.items()
        ],
        "remarks": [{"cell": _text(cell), "text": _text(comment)} for cell, comment in feedback.remarks],
    }


def _question(question: ShownQuestion) -> dict[str, Any]:
    return {
        "name": _text(question.name),
        "title": _text(question.title),
        "kind": question.kind,
        "status": _text(question.status),
        "score": f"{points(question.score)} / {points(question.points)}",
        "comment": _text(question.comment),
        "checks": [
            {
                "title": _text(outcome.title),
                "mark": MARKS.get(outcome.status, "✗"),
                "kind": KINDS.get(outcome.status, "bad"),
                "hidden": outcome.hidden,
                "status": _text(STATUS.get(outcome.status, outcome.status)),
                "waits": _text(outcome.waits_for),
                "score": earned,
                "findings": [_finding(finding) for finding in outcome.findings],
            }
            for outcome, earned in question.checks
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    rows = error_rows(finding)
    return {
        "what": _text(finding.what),
        "problem": _text(finding.problem),
        "values": [[label, _text(text)] for label, text in values(finding)],
        "frames": [
            {
                "place": _text(f"{file}, line {line}{f', in {function}' if function else ''}"),
                "code": _text(code),
            }
            for file, line, function, code in frames(finding)
        ],
        "diagnosis": _text(finding.diagnosis),
        "hint": _text(finding.hint),
        "map": rows,
        "wrong": sum(value > 0 for row in rows for value in row),
    }


def _text(value: Any) -> str:
    return breakable(shown_text(value))

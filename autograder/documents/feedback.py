"""Feedback for one student: one HTML page that needs nothing but itself.

    path = write_feedback(result, homework, Path("feedback/hw2"), manual={"knn-why-root": 1.5})

The page shows what `Outcome.for_student` shows: of hidden checks never a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.documents.files import write_text
from autograder.documents.text import clean_terminal, safe_name
from autograder.results import MANUAL, NO_RESPONSE, Note, QuestionResult, SubmissionResult
from labkit.checks import Finding, Outcome
from labkit.checks.html import error_map

if TYPE_CHECKING:
    from autograder.homework import Homework

TEMPLATES = Path(__file__).with_name("templates")
COURSE = "Neural Networks and Deep Learning"
STAFF_ONLY = "alert"
LOST = ("unreadable", "missing", "error")
MAX_TEXT = 4000
MAP_SIDE = 32
MARKS = {"passed": "✓", "not written": "○", "waiting": "…"}
STATUS = {
    "passed": "right",
    "partial": "partly right",
    "failed": "not right yet",
    "error": "stopped with an error",
    "not written": "not written yet",
    NO_RESPONSE: "nothing written",
    MANUAL: "to be graded by hand",
    "timeout": "took too long and was stopped",
    "memory": "needed too much memory and was stopped",
    "crash": "Python itself crashed",
    "waiting": "waits for another question",
}


@dataclass(frozen=True)
class ShownQuestion:
    """One question as the page shows it: `score` is None while a person must still grade it."""

    name: str
    anchor: str
    title: str
    notebook: str
    points: float
    score: float | None
    status: str
    kind: str
    outcomes: tuple[Outcome, ...]
    comment: str
    by_hand: bool


@dataclass(frozen=True)
class Bar:
    """Points of one notebook, or of all: given, still open, and the most there are."""

    name: str
    score: float
    open: float
    points: float

    @property
    def share(self) -> float:
        return min(100.0, 100 * self.score / self.points) if self.points > 0 else 0.0

    @property
    def open_share(self) -> float:
        return min(100 - self.share, 100 * self.open / self.points) if self.points > 0 else 0.0


def write_feedback(
    result: SubmissionResult,
    homework: Homework,
    out_dir: Path,
    *,
    comments: Mapping[str, str] | None = None,
    manual: Mapping[str, float | None] | None = None,
    course: str = COURSE,
) -> Path:
    """Write `out_dir/<student>.html`, at once or not at all.

    Args:
        comments: what staff wrote about a question, by grade id.
        manual: scores that staff gave, by grade id; they count instead of the machine's.

    Raises:
        OSError: the page cannot be written.
    """
    path = out_dir / f"{safe_name(result.student)}.html"
    write_text(path, render_feedback(result, homework, comments=comments, manual=manual, course=course))
    return path


def render_feedback(
    result: SubmissionResult,
    homework: Homework,
    *,
    comments: Mapping[str, str] | None = None,
    manual: Mapping[str, float | None] | None = None,
    course: str = COURSE,
) -> str:
    """The page's HTML. See `write_feedback`."""
    questions = [
        _shown(question, number, manual or {}, comments or {})
        for number, question in enumerate(result.questions, start=1)
    ]
    notes = [note for note in result.notes if note.kind != STAFF_ONLY]
    notebooks = dict.fromkeys([*homework.notebooks, *(question.notebook for question in questions)])
    groups = [(name, [question for question in questions if question.notebook == name]) for name in notebooks]
    return (
        _environment()
        .get_template("feedback.html.j2")
        .render(
            course=course,
            homework=homework.name,
            title=homework.title,
            student=result.student,
            total=_bar("Total", questions),
            bars=[_bar(name, group) for name, group in groups if group],
            groups=[(name, group) for name, group in groups if group],
            notes=notes,
            first=first_thing(questions, notes),
            unconfined=result.sandbox == "none",
        )
    )


def first_thing(questions: list[ShownQuestion], notes: list[Note]) -> str:
    """One sentence: what the student should do first."""
    for note in notes:
        if note.kind in LOST:
            return f"First: {note.file}{f' (cell {note.cell})' if note.cell else ''}: {note.reason}"
    machine = [question for question in questions if not question.by_hand and question.kind != "ok"]
    for question in machine:
        causes = [outcome for outcome in question.outcomes if outcome.status not in ("passed", "waiting")]
        if any(outcome.status != "not written" for outcome in causes):
            return f"Start with {question.name} ({_missing(question)}): {_cause(causes)}"
    for question in machine:
        return f"Next to write: {question.name} ({_missing(question)})."
    unanswered = [question for question in questions if question.status == STATUS[NO_RESPONSE]]
    if unanswered:
        return f"Every check passes. Still without an answer: {', '.join(each.name for each in unanswered)}."
    if any(question.score is None for question in questions):
        return "Every check passes. The written answers are still to be graded."
    return "Every check passes."


def _missing(question: ShownQuestion) -> str:
    lost = question.points - (question.score or 0.0)
    return f"{points(lost)} of {points(question.points)} points missing"


def _cause(outcomes: list[Outcome]) -> str:
    """The most telling thing known: a named mistake, else a problem, else the kind of failure."""
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    for finding in findings:
        if finding.diagnosis:
            return _sentence(f"{finding.what}: {finding.diagnosis}" if finding.what else finding.diagnosis)
    for finding in findings:
        if finding.problem:
            return _sentence(f"{finding.what} {finding.problem}".strip())
    broken = next(outcome for outcome in outcomes if outcome.status != "not written")
    return _sentence(f"“{broken.title}” {STATUS.get(broken.status, broken.status)}")


def _sentence(text: str) -> str:
    text = shown_text(text).split("\n")[0]
    text = text if len(text) <= 300 else f"{text[:299]}…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _shown(
    question: QuestionResult, number: int, manual: Mapping[str, float | None], comments: Mapping[str, str]
) -> ShownQuestion:
    given = manual.get(question.grade_id)
    score = given if given is not None else question.score
    by_hand = not question.outcomes and question.status in (MANUAL, NO_RESPONSE)
    if score is None:
        kind = "open"
    elif score >= question.points:
        kind = "ok"
    else:
        kind = "part" if score > 0 else "wait" if question.status in ("not written", NO_RESPONSE) else "bad"
    status = STATUS.get(question.status, question.status)
    if by_hand and (given is not None or (score is not None and question.status == MANUAL)):
        status = "graded by hand"
    return ShownQuestion(
        name=question.name,
        anchor=f"question-{number}",
        title=question.title,
        notebook=question.notebook,
        points=question.points,
        score=score,
        status=status,
        kind=kind,
        outcomes=tuple(outcome.for_student() for outcome in question.outcomes),
        comment=shown_text(comments.get(question.grade_id)),
        by_hand=by_hand,
    )


def _bar(name: str, questions: list[ShownQuestion]) -> Bar:
    return Bar(
        name=name,
        score=sum(question.score or 0.0 for question in questions),
        open=sum(question.points for question in questions if question.score is None),
        points=sum(question.points for question in questions),
    )


def points(value: Any) -> str:
    """Points for people: at most two decimals, none where there are none."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def shown_text(value: Any) -> str:
    """Any value as text that is safe to look at and not too long."""
    if value is None:
        return ""
    text = clean_terminal(str(value))
    return (
        text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} [… {len(text) - MAX_TEXT:,} characters more]"
    )


def picture(finding: Finding) -> Markup:
    """The map of the error as inline SVG, or nothing."""
    rows = [
        [float(value) if isinstance(value, int | float) and math.isfinite(value) else 1.0 for value in row]
        for row in list(finding.picture or ())[:MAP_SIDE]
        if row
    ]
    rows = [row[:MAP_SIDE] for row in rows]
    return Markup(error_map(rows)) if rows else Markup("")


def values(finding: Finding) -> Iterator[tuple[str, str]]:
    """Rows of the small table of one finding."""
    if finding.expected is not None:
        yield "expected", shown_text(finding.expected)
    if finding.got is not None:
        yield "got", shown_text(finding.got)
    if isinstance(finding.error, int | float):
        yield "relative error", f"{finding.error:.2g}"
    if finding.where is not None:
        yield "largest at", shown_text(finding.where)


def frames(finding: Finding) -> Iterator[tuple[str, ...]]:
    """File, line, function and code of the student's own frames, the innermost last."""
    for frame in list(finding.frames)[-6:]:
        if len(frame) == 4:
            yield tuple(str(part) for part in frame)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(points=points, shown=shown_text, picture=picture, values=values, frames=frames)
    environment.globals.update(MARKS=MARKS, STATUS=STATUS)
    return environment

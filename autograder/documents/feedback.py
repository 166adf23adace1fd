"""Feedback for one student: one HTML page that needs nothing but itself.

    feedback = feedback_of(result, homework, manual={"knn-why-root": 1.5})
    path = write_feedback(feedback, Path("feedback/ada/hw2"))

`autograder.documents.feedback_pdf` prints the same. Both show what `Outcome.for_student` shows: of hidden checks never a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from autograder.documents.page import COURSE, points, render, shown_text
from autograder.lateness import Lateness
from autograder.results import ALERT, MANUAL, NO_RESPONSE, Note, QuestionResult, SubmissionResult
from labkit.checks import Finding, Outcome
from labkit.checks.html import error_map
from labkit.printing.files import write_text
from labkit.printing.text import safe_name

if TYPE_CHECKING:
    from autograder.homework import Homework

LOST = ("unreadable", "missing", "error")
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

    @property
    def checks(self) -> Iterator[tuple[Outcome, str]]:
        """Each check's outcome with its points, such as "0.5 / 2"; "" where it gives none by itself."""
        weights = sum(outcome.weight for outcome in self.outcomes)
        for outcome in self.outcomes:
            worth = self.points * outcome.weight / weights if weights > 0 else 0.0
            shown = f"{points(worth * outcome.credit)} / {points(worth)}"
            yield outcome, shown if points(worth) != "0" else ""


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


@dataclass(frozen=True)
class Feedback:
    """Everything that a student's page says.

    Attributes:
        course, homework, title, student: names.
        questions: in the order of the notebooks.
        notes: about the files that were handed in; none that are for staff only.
        remarks: (cell, comment) of staff about cells that are no question.
        lateness: how late it came, or None.
        first: one sentence, what to do first.
        unconfined: whether it was graded without a sandbox.
    """

    course: str
    homework: str
    title: str
    student: str
    questions: tuple[ShownQuestion, ...]
    notes: tuple[Note, ...]
    remarks: tuple[tuple[str, str], ...]
    lateness: Lateness | None
    first: str
    unconfined: bool

    @property
    def groups(self) -> dict[str, list[ShownQuestion]]:
        """The questions by notebook."""
        groups: dict[str, list[ShownQuestion]] = {}
        for question in self.questions:
            groups.setdefault(question.notebook, []).append(question)
        return groups

    @property
    def bars(self) -> list[Bar]:
        """The points of each notebook."""
        return [_bar(name, group) for name, group in self.groups.items()]

    @property
    def total(self) -> Bar:
        """All points, before a penalty."""
        return _bar("Total", self.questions)

    @property
    def final(self) -> float:
        """The points after the penalty for lateness."""
        return max(0.0, self.total.score - (self.lateness.penalty if self.lateness else 0.0))


def feedback_of(
    result: SubmissionResult,
    homework: Homework,
    *,
    comments: Mapping[str, str] | None = None,
    manual: Mapping[str, float | None] | None = None,
    lateness: Lateness | None = None,
    course: str = COURSE,
) -> Feedback:
    """What a student is told.

    Args:
        comments: what staff wrote, by grade id.
        manual: scores that staff gave, by grade id; they count instead of the machine's.
        lateness: of this submission, where there is a policy.
    """
    comments = comments or {}
    questions = tuple(
        _shown(question, number, manual or {}, comments)
        for number, question in enumerate(result.questions, start=1)
    )
    asked = {question.grade_id for question in result.questions}
    notes = tuple(note for note in result.notes if note.kind != ALERT)
    return Feedback(
        course=course,
        homework=homework.name,
        title=homework.title,
        student=result.student,
        questions=questions,
        notes=notes,
        remarks=tuple((cell, shown_text(text)) for cell, text in comments.items() if cell not in asked),
        lateness=lateness,
        first=first_thing(questions, notes),
        unconfined=result.sandbox == "none",
    )


def write_feedback(feedback: Feedback, folder: Path) -> Path:
    """Write `<student>.html` into the folder, at once or not at all.

    Raises:
        OSError: the page cannot be written.
    """
    return write_text(folder / f"{safe_name(feedback.student)}.html", render_feedback(feedback))


def render_feedback(feedback: Feedback) -> str:
    """The page's HTML."""
    given = {"MARKS": MARKS, "STATUS": STATUS, "picture": picture, "values": values, "frames": frames}
    return render("feedback.html.j2", page=feedback, **given)


def first_thing(questions: Sequence[ShownQuestion], notes: Sequence[Note]) -> str:
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
            said = not finding.what or finding.diagnosis.startswith(f"{finding.what} ")
            return _sentence(finding.diagnosis if said else f"{finding.what}: {finding.diagnosis}")
    for finding in findings:
        if finding.problem:
            return _sentence(finding.sentence)
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
        title=question.title.replace("`", ""),
        notebook=question.notebook,
        points=question.points,
        score=score,
        status=status,
        kind=kind,
        outcomes=tuple(outcome.for_student() for outcome in question.outcomes),
        comment=shown_text(comments.get(question.grade_id)),
        by_hand=by_hand,
    )


def _bar(name: str, questions: Sequence[ShownQuestion]) -> Bar:
    return Bar(
        name=name,
        score=sum(question.score or 0.0 for question in questions),
        open=sum(question.points for question in questions if question.score is None),
        points=sum(question.points for question in questions),
    )


def error_rows(finding: Finding) -> list[list[float]]:
    """The relative errors of the map, row by row; none where there is no map."""
    return [
        [float(value) if isinstance(value, int | float) and math.isfinite(value) else 1.0 for value in row][
            :MAP_SIDE
        ]
        for row in list(finding.picture or ())[:MAP_SIDE]
        if row
    ]


def picture(finding: Finding) -> Markup:
    """The map of the error as inline SVG, or nothing."""
    rows = error_rows(finding)
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

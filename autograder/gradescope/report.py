"""`results.json`: what Gradescope shows. Students read in it what their feedback page would say, never more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.gradescope.metadata import Metadata
from autograder.gradescope.settings import Settings
from autograder.lateness import Lateness
from autograder.results import ALERT, MANUAL, NO_RESPONSE, Note, QuestionResult
from labkit.checks import Outcome, Report
from labkit.checks import terminal as report_text
from labkit.printing.text import clean

VISIBLE = "visible"
MOST_TEXT = 20_000  # characters per test
NOT_FINISHED = (
    "Grading has not finished; what is below counts so far. If this stays, the run was stopped "
    "(time or memory): hand in again, or ask the staff."
)
NOT_GRADED = (
    "This submission was not graded, and that is no fault of yours: the staff must set the grader right."
)


@dataclass(frozen=True)
class Situation:
    """What a report says besides the questions' results.

    Attributes:
        settings: of this autograder; metadata: of the submission; lateness: None where not known.
        sandbox: the walls around the student's code, in one line; "" before they stand.
        missing: the walls that are not there.
        notes: remarks on the submission's files.
        seconds: since the start.
        remark: what must be said first.
    """

    settings: Settings
    metadata: Metadata = field(default_factory=Metadata)
    lateness: Lateness | None = None
    sandbox: str = ""
    missing: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: float = 0.0
    remark: str = ""


def results(questions: tuple[QuestionResult, ...], situation: Situation) -> dict[str, Any]:
    """The whole report, ready for `json.dumps`.

    Args:
        questions: as far as they are graded; empty where nothing was.
    """
    late = situation.lateness
    score = sum(question.score or 0.0 for question in questions)
    tests = [test for n, each in enumerate(questions, 1) for test in _tests(n, each, situation.settings)]
    return {
        "score": round(max(0.0, score - (late.penalty if late else 0.0)), 4),
        "execution_time": round(situation.seconds, 1),
        "output": "\n\n".join(_output(questions, situation)),
        "output_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": "hidden",
        "extra_data": {
            "homework": situation.settings.homework.name,
            "attempt": situation.metadata.attempt,
            "days_late": late.days_late if late else 0,
            "late_penalty": late.penalty if late else 0.0,
            "sandbox": situation.sandbox,
        },
        "tests": tests,
    }


def _output(questions: tuple[QuestionResult, ...], situation: Situation) -> Iterator[str]:
    if situation.remark:
        yield situation.remark
    if situation.lateness is not None and situation.lateness.days_late:
        yield situation.lateness.reason
    notes = [note for note in situation.notes if note.kind != ALERT]
    if notes:
        yield "\n".join(["About your files:", *(f"- {_place(note)}: {clean(note.reason)}" for note in notes)])
    by_hand = [each for each in questions if each.status in (MANUAL, NO_RESPONSE)]
    if by_hand:
        named = (f"- {each.name} ({each.points:g} points)" for each in by_hand)
        yield "\n".join(["Graded by a person, not part of this score:", *named])
    if situation.missing:
        yield f"Protection that was not there while this was graded: {'; '.join(situation.missing)}."


def _place(note: Note) -> str:
    return clean(f"{note.file}, cell {note.cell}" if note.cell else note.file)


def _tests(number: int, question: QuestionResult, settings: Settings) -> Iterator[dict[str, Any]]:
    """A question as one test per kind of check, so that hidden ones can be shown later than public ones."""
    weight = sum(outcome.weight for outcome in question.outcomes)
    kinds = [hidden for hidden in (False, True) if any(o.hidden == hidden for o in question.outcomes)]
    left = question.score or 0.0
    for hidden in kinds:
        outcomes = tuple(outcome for outcome in question.outcomes if outcome.hidden == hidden)
        share = sum(outcome.weight * outcome.credit for outcome in outcomes) / weight if weight else 0.0
        score = round(left if hidden == kinds[-1] else question.points * share, 4)
        left -= score
        most = question.points * sum(outcome.weight for outcome in outcomes) / weight if weight else 0.0
        yield {
            "score": max(0.0, score),
            "max_score": round(most, 4),
            "status": "passed" if all(outcome.passed for outcome in outcomes) else "failed",
            "name": f"{clean(question.title)}{' (hidden checks)' if hidden else ''}",
            "number": f"{number}.{kinds.index(hidden) + 1}" if len(kinds) > 1 else str(number),
            "output": _text(question.name, outcomes),
            "output_format": "text",
            "tags": [question.notebook, "hidden" if hidden else "public"],
            "visibility": settings.hidden if hidden else VISIBLE,
            "extra_data": {"question": question.name, "cell": question.grade_id},
        }


def _text(name: str, outcomes: tuple[Outcome, ...]) -> str:
    text = clean(report_text.render(Report(name, tuple(outcome.for_student() for outcome in outcomes))))
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}\n[…]"

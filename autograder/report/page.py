"""The class report as files: one HTML page that needs nothing but itself, and its numbers as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from autograder.documents.page import COURSE, points, render
from autograder.report.charts import histogram
from autograder.report.copies import USUAL
from autograder.report.gather import ClassReport
from autograder.report.scores import FEWEST, Item, uncertainty
from autograder.results import Note
from labkit.printing.files import write_csv, write_text

PAGE = "index.html"
HARDEST = 12
MOST_MISTAKES = 20
EASY, HARD, WEAK = 0.97, 0.3, 0.15


def write_report(report: ClassReport, folder: Path, course: str = COURSE) -> Path:
    """Write `index.html` and the tables into the folder, each at once or not at all; returns the page.

    Raises:
        OSError: a file cannot be written.
    """
    write_csv(folder / "students.csv", _students(report))
    write_csv(folder / "questions.csv", _questions(report))
    write_csv(folder / "checks.csv", _checks(report))
    write_csv(folder / "mistakes.csv", _mistakes(report))
    if report.copies is not None:
        write_csv(folder / "copies.csv", _copies(report))
    return write_text(folder / PAGE, render_report(report, course))


def render_report(report: ClassReport, course: str = COURSE) -> str:
    """The page's HTML."""
    most = float(report.scores.points.sum())
    active = int(report.scores.active.sum())
    hardest = sorted(
        (check for check in report.checks if check.item.difficulty is not None),
        key=lambda check: check.item.difficulty or 0.0,
    )
    return render(
        "report.html.j2",
        course=course,
        report=report,
        most=most,
        chart=histogram(report.totals, most, "submissions"),
        summary=_summary(report),
        hardest=[check for check in hardest if (check.item.difficulty or 0.0) < 1][:HARDEST],
        mistakes=report.mistakes[:MOST_MISTAKES],
        noted=[(result.student, told) for result in report.results if (told := _told(result.notes))],
        active=active,
        few=active < FEWEST,
        fewest=FEWEST,
        uncertainty=uncertainty(active),
        usual=USUAL,
        remark=remark,
        percent=_percent,
        signed=_signed,
    )


def remark(item: Item) -> str:
    """What an item's numbers say, in words; empty where there is nothing to say."""
    if item.difficulty is None:
        return ""
    if item.discrimination is not None and item.discrimination < 0:
        return "runs against the rest: look at it"
    if item.difficulty >= EASY:
        return "nearly everybody has it"
    if item.discrimination is not None and item.discrimination < WEAK:
        return "hardly tells students apart"
    return "few have it" if item.difficulty < HARD else ""


def _summary(report: ClassReport) -> list[tuple[str, str]]:
    low, middle, high = np.percentile(report.totals, (25, 50, 75))
    return [
        ("submissions", str(len(report.results))),
        ("mean", points(float(report.totals.mean()))),
        ("median", points(float(middle))),
        ("middle half", f"{points(float(low))} – {points(float(high))}"),
        ("range", f"{points(float(report.totals.min()))} – {points(float(report.totals.max()))}"),
        ("nothing written", str(int((~report.scores.active).sum()))),
    ]


def _told(notes: Sequence[Note]) -> list[Note]:
    return [note for note in notes if note.kind != "ignored"]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


Row = Sequence[str | float | None]
ITEM = ("students", "difficulty", "discrimination", "full", "part", "none")


def _item(item: Item) -> Row:
    return item.students, item.difficulty, item.discrimination, item.full, item.part, item.none


def _students(report: ClassReport) -> Iterator[Row]:
    yield (
        "student",
        "points",
        "penalty",
        "after penalty",
        "days late",
        "to grade",
        "cpu s",
        "memory MB",
        "notes",
    )
    for row, result in enumerate(report.results):
        late = report.late.get(result.student)
        yield (
            result.student,
            report.scores.totals[row],
            late.penalty if late else 0,
            report.totals[row],
            late.days_late if late else 0,
            int(np.isnan(report.scores.scores[row]).sum()),
            result.cpu_seconds,
            result.peak_memory_mb,
            len(_told(result.notes)),
        )


def _questions(report: ClassReport) -> Iterator[Row]:
    yield "question", "notebook", "title", "points", "kind", *ITEM, "to grade"
    for each in report.questions:
        asked = each.question
        names = (asked.name, asked.notebook, asked.title, asked.points, asked.kind)
        yield *names, *_item(each.item), len(each.ungraded)


def _checks(report: ClassReport) -> Iterator[Row]:
    yield "question", "check", "hidden", *ITEM, "endings"
    for each in report.checks:
        endings = ", ".join(f"{status}: {count}" for status, count in each.statuses.most_common())
        yield each.question.name, each.title, "yes" if each.hidden else "no", *_item(each.item), endings


def _mistakes(report: ClassReport) -> Iterator[Row]:
    yield "question", "mistake", "diagnosis", "count", "students"
    for each, _ in report.mistakes:
        yield each.question, each.code, each.diagnosis, len(each.students), " ".join(each.students)


def _copies(report: ClassReport) -> Iterator[Row]:
    yield "one", "other", "shared characters", "share of one", "share of other"
    for pair in report.copies.pairs if report.copies else ():
        yield " ".join(pair.left), " ".join(pair.right), pair.shared, *pair.shares

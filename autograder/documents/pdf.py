"""PDFs of a class: the notebooks as handed in and the student's parts of the modules, question by question.

    reports = write_class(homework, {"ada": Path("submitted/ada/hw2"), ...}, Path("pdf/hw2"))
    reports = write_class(homework, submissions, Path("pdf/hw2"), fixed=True)     # and pdf/hw2/pages.json

Whatever a submission holds, its PDF exists in the end and says what is not in it.
"""

from __future__ import annotations

import json
import os
import queue
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.documents.fixed import Allotment, allotment
from autograder.documents.pressroom import PressFailure, Pressman
from labkit.printing.document import Problem
from labkit.printing.files import write_text
from labkit.printing.plan import COURSE, Plan, read_plan
from labkit.printing.printer import Printed
from labkit.printing.text import safe_name

if TYPE_CHECKING:
    from autograder.homework import Homework

SAMPLE = 60  # submissions whose pages are counted to find out how many a question needs
Result = TypeVar("Result")
Progress = Callable[["PdfReport", int, int], None]


@dataclass(frozen=True)
class PdfReport:
    """What became of one submission's PDF.

    Attributes:
        student: the student's name.
        path: the PDF, or None where none could be written.
        pages: number of pages.
        problems: what could not be printed as it should be.
        seconds: wall time.
        appendix: {slot: its pages in the appendix}, see `labkit.printing.pages`.
    """

    student: str
    path: Path | None
    pages: int
    problems: tuple[Problem, ...]
    seconds: float
    appendix: Mapping[int, tuple[int, ...]]


def write_class(
    homework: Homework,
    submissions: Mapping[str, Path],
    out_dir: Path,
    *,
    course: str = COURSE,
    jobs: int | None = None,
    fixed: bool = False,
    progress: Progress | None = None,
) -> tuple[PdfReport, ...]:
    """Write `out_dir/<student>.pdf` for every submission, several at a time.

    Args:
        submissions: folder of each student's submission.
        jobs: how many at a time; one per processor if None.
        fixed: every question begins on the same page in all PDFs, as `out_dir/pages.json` says. A pages.json that is
            there and fits the homework is kept, so that who is printed later fits as well.
        progress: called with each report, how many are done, and how many there are.

    Returns:
        one report per submission, in the order of `submissions`.

    Raises:
        NoPlan: the homework cannot be read.
    """
    plan = read_plan(homework.folder, course)
    names = _file_names(submissions)
    reports: dict[str, PdfReport] = {}
    with _Pressroom(plan, jobs or os.cpu_count() or 1) as room:
        pages = _allotted(plan, submissions, out_dir, room) if fixed else None

        def print_one(student: str) -> PdfReport:
            started = time.perf_counter()
            path = out_dir / names[student]
            allotted = None if pages is None else pages.slots
            try:
                printed = room.print(submissions[student], student, path, allotted)
            except (OSError, PressFailure) as error:
                problem = Problem("", f"The PDF could not be written ({error}).")
                return PdfReport(student, None, 0, (problem,), 0.0, {})
            seconds = time.perf_counter() - started
            return PdfReport(student, path, printed.pages, printed.problems, seconds, printed.appendix)

        for report in room.each(print_one, submissions):
            reports[report.student] = report
            if progress is not None:
                progress(report, len(reports), len(submissions))
    if pages is not None:
        content = pages.to_json({student: report.appendix for student, report in reports.items()})
        write_text(out_dir / "pages.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return tuple(reports[student] for student in submissions)


def _allotted(plan: Plan, submissions: Mapping[str, Path], out_dir: Path, room: _Pressroom) -> Allotment:
    """How many pages each question gets: as pages.json says, else as nine of ten students need."""
    try:
        kept = Allotment.from_json(plan, json.loads((out_dir / "pages.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        kept = None
    if kept is not None:
        return kept
    students = list(submissions)
    sample = students[:: max(1, -(-len(students) // SAMPLE))]

    def count(student: str) -> tuple[int, ...]:
        try:
            return room.print(submissions[student], student, None, None).slots
        except (OSError, PressFailure):
            return ()

    return allotment(plan, list(room.each(count, sample)))


class _Pressroom:
    """Several processes that print, each used by one thread at a time."""

    def __init__(self, plan: Plan, jobs: int) -> None:
        self._men = [Pressman(plan) for _ in range(max(1, jobs))]
        self._free: queue.SimpleQueue[Pressman] = queue.SimpleQueue()
        for man in self._men:
            self._free.put(man)

    def __enter__(self) -> _Pressroom:
        return self

    def __exit__(self, *error: object) -> None:
        for man in self._men:
            man.close()

    def print(
        self, folder: Path, student: str, out: Path | None, allotted: tuple[int, ...] | None
    ) -> Printed:
        with self._one() as man:
            return man.print(folder, student, out, allotted)

    def each(self, function: Callable[[str], Result], items: Iterable[str]) -> Iterator[Result]:
        """Results of a function for all items, as they come."""
        with ThreadPoolExecutor(max_workers=len(self._men)) as pool:
            tasks = [pool.submit(function, item) for item in items]
            try:
                for task in as_completed(tasks):
                    yield task.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    @contextmanager
    def _one(self) -> Iterator[Pressman]:
        man = self._free.get()
        try:
            yield man
        finally:
            self._free.put(man)


def _file_names(students: Mapping[str, Path]) -> dict[str, str]:
    """A file name for each student; names that would collide are numbered."""
    taken: dict[str, int] = {}
    names = {}
    for student in students:
        stem = safe_name(student)
        taken[stem.casefold()] = number = taken.get(stem.casefold(), 0) + 1
        names[student] = f"{stem}.pdf" if number == 1 else f"{stem}~{number}.pdf"
    return names

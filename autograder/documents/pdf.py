"""PDFs of submissions: the notebooks as handed in and the student's parts of the modules.

    report = write_pdf(homework, Path("submitted/ada/hw2"), "ada", Path("pdf/hw2/ada.pdf"))
    reports = write_class(homework, {"ada": Path("submitted/ada/hw2"), ...}, Path("pdf/hw2"))

Pandoc reads Markdown and TeX, Typst sets the type; both come as wheels. No LaTeX, browser or network.
Pandoc and Typst run in processes of their own with limits, so a class is printed by threads.
Whatever a submission holds, its PDF exists in the end and says what is not in it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.documents.files import write_bytes
from autograder.documents.handin import Handin, Problem
from autograder.documents.images import Pictures
from autograder.documents.text import clean, safe_name

if TYPE_CHECKING:
    from autograder.homework import Homework

COURSE = "Neural Networks and Deep Learning"
HERE = Path(__file__).parent
SECONDS = 60
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
    """

    student: str
    path: Path | None
    pages: int
    problems: tuple[Problem, ...]
    seconds: float


def write_pdf(
    homework: Homework, submission_dir: Path, student: str, out: Path, *, course: str = COURSE
) -> PdfReport:
    """Write one submission's PDF, at once or not at all.

    Raises:
        OSError: `out` cannot be written. Nothing in a submission raises.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="handin-") as name:
        folder = Path(name)
        handin = Handin(homework, submission_dir, Pictures(folder))
        try:
            document = handin.document(student, course)
        except (
            Exception,
            RecursionError,
        ) as error:  # a submission that defeats the reader must not stop the class
            document = _empty(homework, student, course)
            handin.problems.append(Problem("", f"The submission could not be read ({type(error).__name__})."))
        pages, given_up = _print(document, handin.problems, folder)
        problems = (*handin.problems, *given_up)
        path = write_bytes(out, (folder / "document.pdf").read_bytes()) if pages else None
    return PdfReport(student, path, pages, problems, time.perf_counter() - started)


def write_class(
    homework: Homework,
    submissions: Mapping[str, Path],
    out_dir: Path,
    *,
    course: str = COURSE,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[PdfReport, ...]:
    """Write `out_dir/<student>.pdf` for every submission, several at a time.

    Args:
        submissions: folder of each student's submission.
        jobs: how many at a time; one per processor if None.
        progress: called with each report, how many are done, and how many there are.

    Returns:
        one report per submission, in the order of `submissions`.
    """
    names = _file_names(submissions)
    reports: dict[str, PdfReport] = {}
    with ThreadPoolExecutor(max_workers=max(1, jobs or os.cpu_count() or 1)) as pool:
        tasks = {
            pool.submit(
                write_pdf, homework, folder, student, out_dir / names[student], course=course
            ): student
            for student, folder in submissions.items()
        }
        try:
            for done, task in enumerate(as_completed(tasks), start=1):
                student = tasks[task]
                try:
                    reports[student] = task.result()
                except OSError as error:
                    problem = Problem("", f"The PDF could not be written ({error}).")
                    reports[student] = PdfReport(student, None, 0, (problem,), 0.0)
                if progress is not None:
                    progress(reports[student], done, len(tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(reports[student] for student in submissions)


def _file_names(students: Mapping[str, Path]) -> dict[str, str]:
    """A file name for each student; names that would collide are numbered."""
    taken: dict[str, int] = {}
    names = {}
    for student in students:
        stem = safe_name(student)
        taken[stem.casefold()] = number = taken.get(stem.casefold(), 0) + 1
        names[student] = f"{stem}.pdf" if number == 1 else f"{stem}~{number}.pdf"
    return names


def _print(document: dict[str, Any], problems: list[Problem], folder: Path) -> tuple[int, list[Problem]]:
    """Typeset; where that fails, typeset less. Returns pages (0: none) and what was given up."""
    given_up: list[Problem] = []
    failure = ""
    for reduce, reason in (
        (None, ""),
        (_only_text, "is printed as plain text"),
        (_only_problems, "is missing"),
    ):
        if reduce is not None:
            document = reduce(document)
            given_up.append(Problem("", f"Everything {reason}: {failure}."))
            document["problems"] = [_shown(problem) for problem in (*problems, *given_up)]
        try:
            answer = _typeset(document, folder)
        except _PressError as error:
            failure = str(error)
            continue
        given_up += [Problem("", f"Typst could not set {what}.") for what in answer["given_up"]]
        return answer["pages"], given_up
    return 0, [*given_up, Problem("", f"Typst failed: {failure}.")]


class _PressError(Exception):
    """Typst did not print; the message says why."""


def _typeset(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    (folder / "document.json").write_text(json.dumps(document), encoding="utf-8")
    shutil.copyfile(HERE / "templates" / "handin.typ", folder / "handin.typ")
    command = [sys.executable, "-P", str(HERE / "typeset.py"), str(folder), *_fonts(folder)]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired as error:
        raise _PressError(f"typesetting took more than {SECONDS} s") from error
    except (OSError, ValueError, IndexError) as error:
        raise _PressError("the typesetting process failed") from error
    if "error" in answer:
        raise _PressError(clean(str(answer["error"])))
    return answer


def _fonts(folder: Path) -> list[str]:
    """A folder with matplotlib's DejaVu Sans, which has the symbols that Typst's own fonts lack."""
    fonts = folder / "fonts"
    found = importlib.util.find_spec("matplotlib")
    if not fonts.exists() and found is not None and found.origin is not None:
        fonts.mkdir()
        for font in (Path(found.origin).parent / "mpl-data/fonts/ttf").glob("DejaVuSans*.ttf"):
            shutil.copyfile(font, fonts / font.name)
    return [str(fonts)] if fonts.exists() else []


def _only_text(document: dict[str, Any]) -> dict[str, Any]:
    """The document without pictures, formulas and layout."""
    parts = []
    for part in document["parts"]:
        cells = [
            {**cell, "blocks": None, "outputs": [node for node in cell["outputs"] if node["t"] != "image"]}
            for cell in part.get("cells", ())
        ]
        parts.append({**part, "cells": cells})
    return {**document, "parts": parts, "formulas": []}


def _only_problems(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "parts": [], "formulas": []}


def _empty(homework: Homework, student: str, course: str) -> dict[str, Any]:
    names = {"homework": homework.name, "title": homework.title, "student": clean(student), "course": course}
    return {**names, "problems": [], "parts": [], "formulas": []}


def _shown(problem: Problem) -> dict[str, str | None]:
    cell = None if problem.cell is None else str(problem.cell)
    return {"file": problem.file, "reason": problem.reason, "cell": cell}

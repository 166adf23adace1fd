"""What commands have in common: arguments, options, the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.homework import Course, Homework

console = Console() if sys.stdout.isatty() or "COLUMNS" in os.environ else Console(width=110)
HomeworkName = Annotated[str, typer.Argument(metavar="HOMEWORK", help="Name of the homework, such as hw2.")]
CourseFolder = Annotated[
    Path,
    typer.Option(
        "--course", metavar="FOLDER", help="The course's folder (default: where you are, or above)."
    ),
]
Students = Annotated[
    list[str] | None,
    typer.Option("--student", metavar="NAME", help="Only this student; may be given several times."),
]


def _known_mode(mode: str) -> str:
    if mode not in ("auto", "landlock", "bwrap", "none"):
        raise typer.BadParameter(f"{mode!r} is none of auto, landlock, bwrap, none.")
    return mode


SandboxMode = Annotated[
    str,
    typer.Option(
        "--sandbox",
        metavar="MODE",
        callback=_known_mode,
        help="auto, landlock, bwrap, or none (no protection at all).",
    ),
]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Submissions at a time; 0: one per core.")]


def open_homework(folder: Path, name: str) -> tuple[Course, Homework]:
    """The course at or above a folder, and one of its homeworks."""
    course = Course(folder)
    return course, course.homework(name)


def say(text: str) -> None:
    """Print a line that may hold a student's text."""
    from labkit.printing.text import clean

    console.print(clean(text), highlight=False, markup=False, soft_wrap=True)


@contextmanager
def progress_bar(label: str) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """A progress bar on the terminal: (started(total), advance(name of what is done))."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[last]}"),
    )
    bar = Progress(*columns, console=console)
    task = bar.add_task(label, total=None, last="")

    def started(total: int) -> None:
        bar.update(task, total=total)
        bar.start()

    try:
        yield started, lambda name: bar.update(task, advance=1, last=name)
    finally:
        if bar.live.is_started:
            bar.stop()

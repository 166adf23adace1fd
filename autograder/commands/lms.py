"""Commands to and from other systems: gradescope, import, export; and the account of a single grading."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import CourseFolder, HomeworkName, SandboxMode, console, open_homework, say
from autograder.homework import Course, CourseError, Homework
from autograder.results import read_results
from autograder.wording import counted

FORMATS = ("plain", "canvas", "moodle")
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def _one_of(names: tuple[str, ...], value: str) -> str:
    if value not in names:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(names)}.")
    return value


Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        callback=lambda value: _one_of(FORMATS, value),
        help="plain, canvas or moodle.",
    ),
]
HiddenTests = Annotated[
    str,
    typer.Option(
        "--hidden",
        metavar="WHEN",
        callback=lambda value: _one_of(VISIBILITIES, value),
        help="When students see the results of hidden checks: visible, after_due_date, after_published or hidden.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("import")(import_)
    app.command()(export)
    app.command()(gradescope)


def import_(
    homework: HomeworkName,
    download: Annotated[
        Path, typer.Argument(metavar="ZIP", help="A download of submissions, from Gradescope or Canvas.")
    ],
    course: CourseFolder = Path(),
) -> None:
    """Put a download of submissions (Gradescope, Canvas) into submitted/; nothing that is there is lost."""
    from autograder.lms.collect import import_download

    place, source = open_homework(course, homework)
    done, remarks = import_download(place, source, download)
    for each in done:
        say(f"{each.what:9}  {each.student}{''.join(f'; {sentence}' for sentence in each.said)}")
    for name, reason in remarks:
        say(f"left out   {name}: {reason}")
    counts = Counter(each.what for each in done)
    say(", ".join(f"{number} {what}" for what, number in counts.items()) or "no submissions")


def export(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    kind: Format = "plain",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Default: grades.csv in the course, or grades-FORMAT-HOMEWORK.csv."
        ),
    ] = None,
    column: Annotated[
        str,
        typer.Option(help='Canvas: the assignment there, such as "Homework 2 (12345)"; default: HOMEWORK.'),
    ] = "",
    worksheet: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Moodle: the grading worksheet to be filled in.")
    ] = None,
) -> None:
    """Write a table of grades: plain (a row per student, a column per question), or for Canvas or Moodle."""
    from autograder.lms.roster import absent
    from autograder.publish import write_for_canvas, write_for_moodle, write_grades

    place, source = open_homework(course, homework)
    results = read_results(place.root, homework)
    gone = absent(place, source, [result.student for result in results])
    results = tuple(result for result in results if result.student not in gone)
    for student, reason in gone.items():
        say(f"left out: {student} {reason}")
    if kind == "plain":
        path = write_grades(place, source, results, output or place.root / "grades.csv")
        console.print(f"Grades: {path}", highlight=False)
        return
    path = output or place.root / f"grades-{kind}-{homework}.csv"
    if kind == "canvas":
        done = write_for_canvas(place, source, results, path, column or homework)
    else:
        done = write_for_moodle(place, source, results, path, worksheet)
    for student, reason in done.left_out:
        say(f"left out: {student} {reason}")
    console.print(f"{counted(done.written, 'grade')} for {kind.title()}: {done.path}", highlight=False)


def gradescope(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    sandbox: SandboxMode = "auto",
    hidden: HiddenTests = "after_published",
) -> None:
    """Make the zip to upload as a Gradescope autograder: dist/HOMEWORK-gradescope.zip."""
    from autograder.gradescope.package import build_package

    place, source = open_homework(course, homework)
    path = build_package(place, source, sandbox=sandbox, hidden=hidden)
    console.print(f"For Gradescope: {path}", highlight=False)


def show_account(course: Course, homework: Homework, students: list[str] | None, sandbox: str) -> None:
    """Print everything the judge does with a student's submission."""
    from autograder.explain import explain

    if not students:
        raise CourseError("--explain needs the student: add --student NAME.")
    for student in students:
        text, path = explain(course, homework, student, sandbox)
        say(text)
        say(f"Kept in {path}")

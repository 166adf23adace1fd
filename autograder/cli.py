"""The command line: `autograder --help`."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from autograder.commands import checks, lms
from autograder.commands.options import (
    CourseFolder,
    HomeworkName,
    SandboxMode,
    Students,
    Workers,
    console,
    progress_bar,
)
from autograder.commands.options import open_homework as _open
from autograder.commands.options import say as _say
from autograder.homework import Course, CourseError
from autograder.results import ResultError, SubmissionResult, read_results
from autograder.terminal import scores_table, times_table
from autograder.wording import counted

app = typer.Typer(
    help="Release homeworks, grade what students hand in, write feedback.\n\n"
    "Run it anywhere inside the course's folder. A usual week:  release hw2 · (students hand in to "
    "submitted/STUDENT/hw2) · grade hw2 · grade written answers in formgrader · feedback hw2 · export hw2.",
    invoke_without_command=True,
    context_settings={"max_content_width": 110},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
WrongUsage: Any = typer.BadParameter.__mro__[1]
INTERRUPTED = 130  # exit status after Ctrl-C


@app.callback()
def overview(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def release(homework: HomeworkName, course: CourseFolder = Path()) -> None:
    """Make what students get: assignments/HOMEWORK and dist/HOMEWORK.zip, without any solution."""
    from autograder.release.build import build_release

    made = build_release(_open(course, homework)[1])
    console.print(f"{homework}: {counted(len(made.files), 'file')} in {made.folder}", highlight=False)
    console.print(f"For students: {made.archive}", highlight=False)


@app.command()
def validate(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    sandbox: SandboxMode = "auto",
    notebooks: Annotated[
        bool, typer.Option(help="Also run every solution notebook from top to bottom.")
    ] = True,
) -> None:
    """Prove a homework before its release: the solution scores 100, the scaffold 0, nothing leaks."""
    from autograder.validate import validate_homework

    problems = validate_homework(*_open(course, homework), sandbox=sandbox, notebooks=notebooks, say=_say)
    for problem in problems:
        console.print(f"✗ {problem}", highlight=False)
    if problems:
        raise CourseError(
            f"{homework}: {counted(len(problems), 'problem')}. Mend them in solutions/{homework}, then validate again."
        )
    console.print(f"{homework} is ready to be released.")


@app.command()
def grade(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    student: Students = None,
    force: Annotated[bool, typer.Option("--force", help="Grade unchanged submissions again too.")] = False,
    sandbox: SandboxMode = "auto",
    workers: Workers = 0,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Judge on the workers of this Dask scheduler: tcp://…:8786."
        ),
    ] = None,
    show_times: Annotated[bool, typer.Option("--times", help="Show where the time went.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show everything the judge does, for staff; scores stay.")
    ] = False,
) -> None:
    """Grade what is new or changed in submitted/*/HOMEWORK; manual scores and comments stay."""
    from autograder.grade import grade_class
    from autograder.times import Times

    place, source = _open(course, homework)
    if explain:
        lms.show_account(place, source, student, sandbox)
        return
    times = Times()
    with progress_bar("Grading") as (started, advance):
        done = grade_class(
            place,
            source,
            students=student,
            sandbox=sandbox,
            cluster=cluster,
            workers=workers or None,
            force=force,
            times=times,
            started=started,
            progress=lambda result, what: advance(result.student),
        )
    for name, reason in done.refused:
        _say(f"Not graded: submitted/{name} {reason}.")
    scores_table(console, done.each(), source)
    if show_times:
        times_table(console, times)
    console.print(
        f"{len(done.graded)} graded, {len(done.unchanged)} unchanged. Gradebook: {place.root / 'gradebook.db'}"
    )


@app.command()
def feedback(homework: HomeworkName, course: CourseFolder = Path(), student: Students = None) -> None:
    """Write one feedback page per student: feedback/STUDENT/HOMEWORK/STUDENT.html, and the same as a PDF."""
    from autograder.publish import write_feedback_pages

    place, source = _open(course, homework)
    pages = write_feedback_pages(place, source, _chosen(place, homework, student))
    console.print(f"{counted(len(pages), 'feedback page')} in {place.feedback}", highlight=False)


@app.command()
def report(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    copies: Annotated[bool, typer.Option(help="Also look for likely copies.")] = True,
) -> None:
    """Write the class report for instructors: report/HOMEWORK/index.html, with its numbers as CSV."""
    from autograder.publish import write_class_report

    place, source = _open(course, homework)
    path = write_class_report(place, source, read_results(place.root, homework), copies=copies)
    console.print(f"Class report: {path}", highlight=False)


@app.command()
def pdf(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    student: Students = None,
    workers: Workers = 0,
    fixed_pages: Annotated[
        bool,
        typer.Option(
            "--fixed-pages", help="Every question begins on the same page for all; pages.json says where."
        ),
    ] = False,
) -> None:
    """Print each submission as a PDF: notebooks as handed in, and the student's parts of the modules."""
    from autograder.publish import write_pdfs
    from autograder.submitted import submissions

    place, source = _open(course, homework)
    with progress_bar("Printing") as (started, advance):
        reports = write_pdfs(place, source, student, workers or None, started, advance, fixed_pages)
    for report in reports:
        for problem in report.problems:
            _say(f"{report.student}: {problem.file} {problem.reason}".replace("  ", " "))
    for name, reason in submissions(place, source)[1]:
        _say(f"Not printed: submitted/{name} {reason}.")
    written = sum(report.path is not None for report in reports)
    console.print(f"{counted(written, 'PDF')} in {place.root / 'pdf' / homework}", highlight=False)
    if written < len(reports):
        raise CourseError(
            f"{counted(len(reports) - written, 'PDF')} could not be written; the reasons are above."
        )


@app.command()
def demo(
    homework: Annotated[str, typer.Argument(metavar="[HOMEWORK]", help="Which homework.")] = "hw2",
    course: CourseFolder = Path(),
    folder: Annotated[Path, typer.Option(help="Where the demo's course is made.")] = Path("demo"),
) -> None:
    """Make a class from sample submissions, grade it, and show what comes of it."""
    from autograder.demo import run_demo

    run_demo(*_open(course, homework), folder, console)


lms.add_to(app)
checks.add_to(app)


def _chosen(course: Course, homework: str, students: list[str] | None) -> tuple[SubmissionResult, ...]:
    results = read_results(course.root, homework)
    missing = sorted(set(students or ()) - {result.student for result in results})
    if missing:
        raise CourseError(
            f"No result of {homework} for {', '.join(missing)}. Run: autograder grade {homework}"
        )
    return tuple(result for result in results if students is None or result.student in students)


def _expected() -> tuple[type[Exception], ...]:
    from autograder.release.leak import LeakError
    from autograder.sandbox import SandboxUnavailable
    from labkit.checks import ChecksError
    from labkit.data import DataError

    return CourseError, ResultError, LeakError, SandboxUnavailable, ChecksError, DataError


def main() -> None:
    """Entry point: errors are one line that says what to do, exit status 1; a wrong command line gives 2."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            print("Stopped. What was done is kept; run the command again to go on.", file=sys.stderr)
        sys.exit(code or 0)
    except WrongUsage as error:
        command = error.ctx.command_path if error.ctx else "autograder"
        message = " ".join(error.format_message().split())
        print(f"autograder: {message} See: {command} --help", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        sys.exit(f"autograder: {what}{error.strerror or error}")
    except Exception as error:
        if isinstance(error, _expected()):
            sys.exit(f"autograder: {error}")
        reason = str(error).partition("\n")[0][:300]
        sys.exit(f"autograder: this should not happen ({type(error).__name__}: {reason}). {_logged(error)}")


def _logged(error: Exception) -> str:
    """Keep the traceback for whoever mends the program; says where."""
    text = "".join(traceback.format_exception(error))
    try:
        log = Course().state / "errors" / "last.txt"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text, "utf-8", "replace")
    except (CourseError, OSError):
        return f"It happened in {text.strip().splitlines()[-3].strip()}."
    return f"Details are in {log}."

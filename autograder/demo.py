"""`autograder demo`: a class made from sample submissions, graded, with everything that comes of it."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from rich.console import Console

from autograder.commands.options import progress_bar
from autograder.grade import grade_class
from autograder.homework import Course, CourseError, Homework
from autograder.publish import write_class_report, write_feedback_pages, write_grades, write_pdfs
from autograder.release.build import build_release
from autograder.samples import handed_in, make_submission, read_samples
from autograder.terminal import scores_table
from autograder.validate import copy_solution, run_notebook

MARK = ".demo-course"


def run_demo(course: Course, homework: Homework, folder: Path, console: Console) -> None:
    """Build the release, make the class, grade it, and say where everything lies.

    Raises:
        CourseError: the folder exists and is not an earlier demo.
    """
    samples = read_samples(course, homework)
    place, source = make_course(course, homework, folder)
    made = build_release(source)
    console.print(f"Released {homework.name}: {made.folder} and {made.archive}", highlight=False)
    with progress_bar("Working through the notebooks") as (started, advance):
        started(len(homework.notebooks))
        solution = solved(source, made.folder, place.state / "solved" / homework.name, advance)
    for sample in samples:
        target = place.submitted / sample.name / homework.name
        make_submission(sample, made.folder, solution, target)
    console.print(f"{len(samples)} students handed in: {place.submitted}", highlight=False)
    with progress_bar("Grading") as (started, advance):
        done = grade_class(
            place, source, started=started, progress=lambda result, what: advance(result.student)
        )
    pages = write_feedback_pages(place, source, done.results)
    report = write_class_report(place, source, done.results)
    grades = write_grades(place, source, done.results, place.root / "grades.csv")
    with progress_bar("Printing PDFs") as (started, advance):
        write_pdfs(place, source, None, None, started, advance)
    console.print()
    scores_table(console, done.results, source)
    for sample in samples:
        console.print(f"  {sample.name:8} {sample.title}", highlight=False)
    console.print(
        f"\nGrades      {grades}\nGradebook   {place.root / 'gradebook.db'}"
        f"\nFeedback    {pages[0].parent.parent.parent}/STUDENT/{homework.name}/STUDENT.html"
        f"\nReport      {report}"
        f"\nPDFs        {place.root / 'pdf' / homework.name}"
        f"\nNotebooks   {place.autograded}/STUDENT/{homework.name}"
        f"\n\nIt is a course like any other: cd {shlex.quote(str(folder))} and try  nbgrader autograde {homework.name} --force",
        highlight=False,
    )


def make_course(course: Course, homework: Homework, folder: Path) -> tuple[Course, Homework]:
    """A fresh course folder with one homework in it. An earlier demo there is replaced; nothing else ever is."""
    if folder.exists():
        if not (folder / MARK).is_file():
            raise CourseError(f"{folder} exists and is not an earlier demo; name another one with --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    shutil.copyfile(course.root / "nbgrader_config.py", folder / "nbgrader_config.py")
    skipped = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", *homework.keep)
    shutil.copytree(homework.folder, folder / "solutions" / homework.name, ignore=skipped)
    place = Course(folder)
    return place, place.homework(homework.name)


def solved(homework: Homework, release: Path, folder: Path, advance: Callable[[str], None]) -> Path:
    """The solution as a student would hand it in: notebooks run, result files saved."""
    copy_solution(homework, release, folder)

    def run(name: str) -> None:
        outcome = run_notebook(folder / f"{name}.ipynb")
        if outcome.error:
            raise CourseError(f"The solution of {name}.ipynb does not run: {outcome.error}")
        nbformat.write(outcome.notebook, folder / f"{name}.ipynb")
        advance(name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(run, homework.notebooks))
    handed_in(homework, release, folder)
    return folder

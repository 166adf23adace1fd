"""Is a homework fit to be released? What it must promise, shown by running it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode

from autograder.homework import Course, Homework
from autograder.judge import Judge
from autograder.release.validate import validate_static
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox
from autograder.sandbox.processes import held_up_seconds
from autograder.submission.notebook import grade_id
from autograder.wording import counted

CELL_SECONDS = 45.0
NOTEBOOK_SECONDS = 120.0
PATIENCE = 5


@dataclass(frozen=True)
class NotebookRun:
    """One execution of a notebook from top to bottom.

    Attributes:
        notebook: with its outputs.
        seconds: wall time, without that in which the machine was busy with others (where that can be told: on Linux).
        slowest: that of the slowest cell, with its name.
        error: what stopped it, None where it ran through.
    """

    notebook: NotebookNode
    seconds: float
    slowest: tuple[float, str]
    error: str | None


def run_notebook(path: Path) -> NotebookRun:
    """Execute a notebook in its own folder, cell by cell, with the kernel of this environment."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=int(CELL_SECONDS * PATIENCE),
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    slowest, error = (0.0, ""), None
    with client.setup_kernel(stderr=subprocess.DEVNULL):
        pid = client.km.provisioner.pid

        def clock() -> float:
            return time.monotonic() - held_up_seconds(pid)

        started = clock()
        for number, cell in enumerate(notebook.cells):
            before = clock()
            try:
                client.execute_cell(cell, number)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
                error = f"cell {grade_id(cell) or cell.id}: {str(problem).strip().splitlines()[-1]}"
                break
            slowest = max(slowest, (clock() - before, grade_id(cell) or cell.id))
        seconds = clock() - started
    return NotebookRun(notebook, seconds, slowest, error)


def validate_homework(
    course: Course,
    homework: Homework,
    *,
    sandbox: str = "auto",
    notebooks: bool = True,
    budget: bool = True,
    say: Callable[[str], None] = lambda text: None,
) -> list[str]:
    """Everything that is wrong with a homework, one sentence each; nothing where it is ready.

    Args:
        sandbox: mode of the sandbox.
        notebooks: also run the notebooks; without it, questions on saved result files are not judged.
        budget: also hold the notebooks to their time.
        say: told what has been found right.
    """
    problems = [str(problem) for problem in validate_static(homework)]
    say(f"source, points and leak check: {counted(len(problems), 'problem')}")
    release = course.assignments / homework.name
    if not release.is_dir():
        return problems
    with tempfile.TemporaryDirectory(prefix="validate-") as scratch, Sandbox(mode=sandbox) as box:
        judge = Judge(course, homework, box)
        scaffold = Path(scratch) / "scaffold" / homework.name
        solution = Path(scratch) / "solution" / homework.name
        shutil.copytree(release, scaffold)
        copy_solution(homework, release, solution)
        if notebooks:
            for folder, label in ((scaffold, "scaffold"), (solution, "solution")):
                problems += _run_all(homework, folder, label, budget, say)
        problems += _solution(judge, solution, notebooks, say)
        problems += _scaffold(judge, scaffold, say)
    return problems


def copy_solution(homework: Homework, release: Path, folder: Path) -> None:
    """A submission that is the solution: the released files with the staff's notebooks and modules."""
    shutil.copytree(release, folder)
    for name in [*(f"{notebook}.ipynb" for notebook in homework.notebooks), *homework.edit]:
        shutil.copyfile(homework.folder / name, folder / name)


def _run_all(
    homework: Homework, folder: Path, label: str, budget: bool, say: Callable[[str], None]
) -> list[str]:
    problems = []
    for name in homework.notebooks:
        run = run_notebook(folder / f"{name}.ipynb")
        say(
            f"{label}, {name}.ipynb: {run.seconds:.0f} s, slowest cell {run.slowest[1]} {run.slowest[0]:.0f} s"
        )
        if run.error:
            problems.append(f"{label}: {name}.ipynb does not run through: {run.error}")
        if not budget:
            continue
        if run.seconds > NOTEBOOK_SECONDS:
            problems.append(
                f"{label}: {name}.ipynb takes {run.seconds:.0f} s, more than {NOTEBOOK_SECONDS:.0f}"
            )
        if run.slowest[0] > CELL_SECONDS:
            problems.append(f"{label}: {name}.ipynb, cell {run.slowest[1]} takes {run.slowest[0]:.0f} s")
    return problems


def grade_folder(judge: Judge, folder: Path, name: str) -> SubmissionResult:
    """The result of a folder that is graded as a submission, without storing anything."""
    with judge.merged(folder) as merged:
        return judge.grade(merged, name)


def _solution(judge: Judge, folder: Path, saved: bool, say: Callable[[str], None]) -> list[str]:
    on_file = {(check.question, check.title) for check in judge.checks if check.on_file}
    result = grade_folder(judge, folder, "solution")
    say(f"the solution scores {result.score:g} of {result.machine_points:g} machine points")
    problems = [f"solution: {note.file}: {note.reason}" for note in result.notes if note.kind != "missing"]
    for question in result.questions:
        wrong = [outcome for outcome in question.outcomes if not outcome.passed]
        if not saved:
            wrong = [outcome for outcome in wrong if (question.name, outcome.title) not in on_file]
        for outcome in wrong:
            reason = outcome.findings[0].problem if outcome.findings else outcome.status
            problems.append(f"solution: {question.name}, {outcome.title!r}: {reason}")
    return problems


def _scaffold(judge: Judge, folder: Path, say: Callable[[str], None]) -> list[str]:
    result = grade_folder(judge, folder, "scaffold")
    say(f"the untouched scaffold scores {result.score:g}")
    return [
        f"scaffold: {question.name} gives {question.score:g} points for nothing"
        for question in result.questions
        if question.score
    ]

"""The command that tests a homework's checks: mutants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.options import (
    CourseFolder,
    HomeworkName,
    SandboxMode,
    Workers,
    console,
    open_homework,
    progress_bar,
)
from autograder.homework import CourseError


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(mutants)


def mutants(
    homework: HomeworkName,
    course: CourseFolder = Path(),
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Only regions of this name or below it.")
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, help="Only so many, drawn by --seed; 0: all.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Which sample.")] = 0,
    left: Annotated[
        bool, typer.Option("--left", help="Only what the last whole run did not kill; its result is mended.")
    ] = False,
    sandbox: SandboxMode = "auto",
    workers: Workers = 0,
) -> None:
    """Test the checks: put every small mistake into the solution; each must lose points."""
    from autograder.mutants.command import Choice, judge_mutants

    place, source = open_homework(course, homework)
    with progress_bar("Judging mutants") as (started, advance):
        choice = Choice(region, sample, seed, left)
        found = judge_mutants(place, source, choice, sandbox, workers, started, advance)
    for line in found.lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if found.problems:
        raise CourseError(
            f"{homework}: {found.problems} mutants are not caught where they sit. Sharpen the checks; where one "
            f"computes the same as the solution, say why in {source.hidden_folder}/equivalent.toml."
        )

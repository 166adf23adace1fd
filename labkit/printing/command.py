"""`python -m labkit pdf`: a student's own homework as a PDF."""

from __future__ import annotations

import getpass
from pathlib import Path

from labkit.printing.packages import missing
from labkit.printing.plan import read_plan
from labkit.printing.press import PressError
from labkit.printing.printer import Printer


class CannotPrint(Exception):
    """Nothing was printed: one sentence that says why and what to do."""


def print_homework(folder: Path, name: str | None, out: Path | None) -> list[str]:
    """Print the homework in a folder; returns what to tell.

    Args:
        folder: holds homework.toml and the notebooks.
        name: what stands on the pages; None: the name of the computer's user.
        out: the PDF; None: named after the homework, in its folder.

    Raises:
        CannotPrint: a package is missing, or the PDF cannot be made.
        NoPlan: the folder holds no homework.
    """
    if lacking := missing():
        raise CannotPrint(f"To print PDFs, install what sets them: pip install {' '.join(lacking)}")
    plan = read_plan(folder)
    out = out or folder / f"{plan.name}.pdf"
    name = name or _user()
    try:
        printed = Printer(plan).print(folder, name, out)
    except PressError as error:
        raise CannotPrint(f"The PDF could not be set: {error}.") from None
    told = [f"{problem.file} {problem.reason}".strip() for problem in printed.problems]
    return [*told, f"{out}: {printed.pages} pages, for {name} (another name: --name)."]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "student"

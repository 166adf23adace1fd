"""Run a question's checks from a shell, in a homework's folder.

    python -m labkit.checks knn.compute_distances [--hidden] [--seed 3] [--json] [--module nndl/knn.py=other.py]

Functions of the notebooks are taken from its solution cells and cells tagged `setup`. The modules are those of the
folder, so that a debugger stops in them; with `--module`, the homework is copied first.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labkit.checks.live import homework_folder, run_question
from labkit.checks.registry import ChecksError
from labkit.checks.run import finding_of
from labkit.checks.student import LocalStudent, StudentError, run_cell
from labkit.checks.terminal import lines_of


def main() -> int:
    """Command line; exit status 0 when everything passes."""
    parser = argparse.ArgumentParser(prog="python -m labkit.checks", description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="+", help="such as knn.compute_distances")
    parser.add_argument("--hidden", action="store_true", help="the staff's hidden checks too")
    parser.add_argument("--seed", type=int, default=0, help="seed of the checks' random inputs")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.add_argument(
        "--module", action="append", default=[], metavar="PATH=FILE", help="use FILE in the place of PATH"
    )
    arguments = parser.parse_args()
    try:
        folder = homework_folder()
        hidden = folder / "hidden" if arguments.hidden else None
        with _with_modules(folder, arguments.module) as trial:
            sys.path.insert(0, str(trial))
            sys.dont_write_bytecode = True  # the folder stays as it is
            variables = _notebooks(trial)
            reports = [
                run_question(name, trial, variables, hidden, arguments.seed) for name in arguments.questions
            ]
    except (ChecksError, OSError, KeyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except StudentError as error:
        print("\n".join(lines_of(finding_of(error))), file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps([report.as_dict() for report in reports], indent=1))
    else:
        print("\n\n".join(repr(report) for report in reports))
    return 0 if all(report.passed for report in reports) else 1


@contextmanager
def _with_modules(folder: Path, pairs: list[str]) -> Iterator[Path]:
    """The homework's folder, or a copy of it in which other files are in the place of modules."""
    if not pairs:
        yield folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / folder.name
        shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("__pycache__", "hidden"))
        for pair in pairs:
            place, _, source = pair.partition("=")
            shutil.copy(source, trial / place)
        yield trial


def _notebooks(folder: Path) -> dict[str, Any]:
    """The functions that the notebooks' solution cells define.

    Raises:
        StudentError: a cell, or a module that it imports, does not run.
    """
    variables: dict[str, Any] = {}
    student = LocalStudent(folder, variables)
    homework = tomllib.loads((folder / "homework.toml").read_text(encoding="utf-8"))
    for path in [folder / f"{name}.ipynb" for name in homework["notebooks"]]:
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
            metadata = cell.get("metadata", {})
            wanted = metadata.get("nbgrader", {}).get("solution") or "setup" in metadata.get("tags", [])
            if cell["cell_type"] == "code" and wanted and "experiment" not in metadata.get("tags", []):
                source = "".join(cell["source"])
                lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
                label = metadata.get("nbgrader", {}).get("grade_id", number)
                run_cell(student, "\n".join(lines), f"{path.name}, cell {label}", variables)
    return variables


if __name__ == "__main__":
    sys.exit(main())

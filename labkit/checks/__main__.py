"""Run a question's checks from a shell, in a homework's folder.

    python -m labkit.checks knn.compute_distances [--hidden] [--seed 3] [--json] [--module nndl/knn.py=other.py]

Functions of the notebooks are taken from its solution cells and cells tagged `setup`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from labkit.checks.live import homework_folder, run_question
from labkit.checks.registry import ChecksError


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
        with tempfile.TemporaryDirectory() as scratch:
            trial = Path(scratch) / folder.name
            shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("__pycache__", "hidden"))
            for pair in arguments.module:
                place, _, source = pair.partition("=")
                shutil.copy(source, trial / place)
            hidden = folder / "hidden" if arguments.hidden else None
            sys.path.insert(0, str(trial))
            variables = _notebooks(trial)
            reports = [
                run_question(name, trial, variables, hidden, arguments.seed) for name in arguments.questions
            ]
    except (ChecksError, OSError, KeyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps([report.as_dict() for report in reports], indent=1))
    else:
        print("\n\n".join(repr(report) for report in reports))
    return 0 if all(report.passed for report in reports) else 1


def _notebooks(folder: Path) -> dict[str, Any]:
    """The functions that the notebooks' solution cells define."""
    variables: dict[str, Any] = {}
    homework = tomllib.loads((folder / "homework.toml").read_text(encoding="utf-8"))
    for path in [folder / f"{name}.ipynb" for name in homework["notebooks"]]:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            metadata = cell.get("metadata", {})
            wanted = metadata.get("nbgrader", {}).get("solution") or "setup" in metadata.get("tags", [])
            if cell["cell_type"] == "code" and wanted and "experiment" not in metadata.get("tags", []):
                source = "".join(cell["source"])
                lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
                exec(compile("\n".join(lines), path.name, "exec"), variables)
    return variables


if __name__ == "__main__":
    sys.exit(main())

"""Run every solution notebook and write docs/figures.md: `python docs/figures.py [hw2 …]`.

Each notebook runs on the embedded data set, and on CIFAR-10 where LABKIT_CIFAR10 names it or
datasets/cifar-10-batches-py is there. What is measured stands in docs/figures/<homework>_<notebook>.toml:

    remark = "A sentence below the table."    # may be left out
    [[figure]]
    name = "best classifier, test accuracy"
    expression = "np.mean(best.predict(X_test) == y_test)"
    expected = "0.36–0.41 on CIFAR-10"        # may be left out

An expression is one over the notebook's own variables, evaluated in a cell that is added to a copy of the notebook.
With names of homeworks only their part of docs/figures.md is written anew.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder.homework import Course, Homework
from autograder.validate import copy_solution, run_notebook

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "figures.md"
TABLES = ROOT / "docs" / "figures"
TIME, SLOWEST = "time from top to bottom", "slowest cell"


@dataclass(frozen=True)
class Figure:
    """A row of a table: its name, an expression of the notebook's variables, and what the curriculum expects."""

    name: str
    expression: str
    expected: str = ""


def read_figures(homework: str, notebook: str) -> tuple[tuple[Figure, ...], str]:
    """The figures of a notebook and the remark below them, from docs/figures/<homework>_<notebook>.toml."""
    path = TABLES / f"{homework}_{notebook}.toml"
    if not path.is_file():
        return (), ""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Figure(**row) for row in found.get("figure", [])), found.get("remark", "")


HEAD = """# Figures

Made by `python docs/figures.py`, which runs every solution notebook and reads these figures from its variables; never
edited by hand. The last column is what to expect, from the curriculum where it says so. Times are
those of one run on a machine with two cores, without the time that it gave to other work; they and their ratios vary.
All other figures are the same in every run with the same versions of the libraries.
"""


def datasets() -> Iterator[tuple[str, dict[str, str]]]:
    """Names of the data sets that are there, with the environment that chooses each."""
    yield "embedded", {}
    chosen = os.environ.get("LABKIT_CIFAR10") or str(ROOT / "datasets" / "cifar-10-batches-py")
    if (Path(chosen) / "data_batch_1").is_file():
        yield "CIFAR-10", {"LABKIT_CIFAR10": chosen}


def added_cell(figures: tuple[Figure, ...]) -> str:
    """Source of a cell that prints all figures as JSON; one that cannot be computed becomes its error."""
    return f"""
import json as _json, time as _time
_start, _figures = _time.monotonic(), {{}}
for _name, _expression in {[(figure.name, figure.expression) for figure in figures]!r}:
    try:
        _value = eval(_expression)
        _figures[_name] = _value if isinstance(_value, (str, int)) else f"{{float(_value):.3f}}"
    except Exception as _error:
        _figures[_name] = f"{{type(_error).__name__}}: {{_error}}"
print("FIGURES", _json.dumps([_time.monotonic() - _start, _figures], default=str))
"""


def measured(course: Course, homework: Homework, name: str, environment: dict[str, str]) -> dict[str, str]:
    """One run of a solution notebook: its times and figures, by the names of the rows."""
    figures, _ = read_figures(homework.name, name)
    before = dict(os.environ)
    os.environ.pop("LABKIT_CIFAR10", None)
    os.environ.update(environment, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    try:
        with tempfile.TemporaryDirectory(prefix="figures-") as scratch:
            folder = Path(scratch) / homework.name
            copy_solution(homework, course.assignments / homework.name, folder)
            path = folder / f"{name}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.append(new_code_cell(added_cell(figures), id="figures"))
            nbformat.write(notebook, path)
            run = run_notebook(path)
    finally:
        os.environ.clear()
        os.environ.update(before)
    if run.error:
        sys.exit(f"{homework.name}, {name}.ipynb: {run.error}")
    printed = "".join(output.get("text", "") for output in run.notebook.cells[-1].outputs)
    found = re.search(r"^FIGURES (.*)$", printed, re.MULTILINE)
    if found is None:
        sys.exit(f"{homework.name}, {name}.ipynb: the added cell printed no figures")
    extra, values = json.loads(found[1])
    times = {
        TIME: f"{run.seconds - extra:.0f} s",
        SLOWEST: f"{run.slowest[0]:.0f} s, `{run.slowest[1]}`",
    }
    return times | {row: str(value) for row, value in values.items()}


def table(figures: tuple[Figure, ...], columns: dict[str, dict[str, str]]) -> str:
    """The rows of one notebook, a column for every data set."""
    expected = {TIME: "at most 120 s", SLOWEST: "at most 45 s"}
    expected |= {figure.name: figure.expected for figure in figures}
    lines = [f"| | {' | '.join(columns)} | expected |", "|---" * (len(columns) + 2) + "|"]
    for row, goal in expected.items():
        cells = [column[row] for column in columns.values()]
        lines.append(f"| {row} | {' | '.join(cells)} | {goal} |")
    return "\n".join(lines)


def section(course: Course, homework: Homework) -> str:
    """The part of the document about one homework, measured now."""
    parts = [f"## {homework.name} · {homework.title}\n"]
    for notebook in homework.notebooks:
        columns = {}
        for dataset, environment in datasets():
            columns[dataset] = measured(course, homework, notebook, environment)
            print(f"{homework.name}, {notebook}.ipynb, {dataset}: {columns[dataset][TIME]}", flush=True)
        figures, remark = read_figures(homework.name, notebook)
        parts.append(f"### {notebook}.ipynb\n\n{table(figures, columns)}\n")
        if remark:
            parts.append(f"{remark}\n")
    return "\n".join(parts)


def former_sections() -> dict[str, str]:
    """The parts of the document as it is, by homework."""
    text = OUTPUT.read_text(encoding="utf-8") if OUTPUT.is_file() else ""
    found = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return {part.split()[1]: part.rstrip() + "\n" for part in found if re.match(r"## \S+ · ", part)}


def times(sections: dict[str, str]) -> str:
    """A table of the time of every notebook, read from the sections."""
    rows = []
    for name, text in sections.items():
        for notebook, rest in re.findall(
            r"^### (\S+)\.ipynb\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL
        ):
            header, measured = (
                re.search(rf"^\| ?{first} ?\|(.*)\|[^|]*\|$", rest, re.MULTILINE) for first in ("", TIME)
            )
            if header and measured:
                columns = [cell.strip() for cell in header[1].split("|")]
                values = [cell.strip() for cell in measured[1].split("|")]
                rows.append((f"{name}, {notebook}", dict(zip(columns, values, strict=True))))
    columns = list(dict.fromkeys(column for _, values in rows for column in values))
    lines = [f"| notebook, solved | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| {notebook} | {' | '.join(values.get(column, '') for column in columns)} |"
        for notebook, values in rows
    ]
    return "\n".join(lines)


def main() -> None:
    course = Course(ROOT)
    sections = former_sections() if sys.argv[1:] else {}
    for name in sys.argv[1:] or course.names():
        if not (course.assignments / name).is_dir():
            sys.exit(f"There is no assignments/{name}: run `autograder release {name}` first.")
        sections[name] = section(course, course.homework(name))
    sections = dict(sorted(sections.items()))
    OUTPUT.write_text("\n".join([HEAD, f"{times(sections)}\n", *sections.values()]), encoding="utf-8")


if __name__ == "__main__":
    main()

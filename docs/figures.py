"""Run every solution notebook and write docs/figures.md: `python docs/figures.py [hw2 …]`.

Each notebook runs on the embedded data set, and on CIFAR-10 where LABKIT_CIFAR10 names it or
datasets/cifar-10-batches-py is there. A figure is an expression over the notebook's own variables, evaluated in a
cell that is added to a copy of the notebook.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder.homework import Course, Homework
from autograder.validate import copy_solution, run_notebook

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "figures.md"


@dataclass(frozen=True)
class Figure:
    """A row of a table: its name, an expression of the notebook's variables, and what the curriculum expects."""

    name: str
    expression: str
    expected: str = ""


def seen(model: str, pictures: str) -> str:
    """Expression: a classifier's accuracy on one of the notebook's sets of pictures."""
    return f"np.mean({model}.predict(X_{pictures}) == y_{pictures})"


UNSEEN = (
    "[float(np.mean(best.predict(prepare(images)) == labels)) for images, labels in "
    "(__import__('labkit.data').data.hidden_split(data.name, seed, 2000) for seed in (1, 2, 3))]"
)

FIGURES = {
    "hw2/knn": (
        Figure("test error, L2, k = 1", "first_error", "0.73–0.74 on CIFAR-10"),
        Figure("CV error, L2, k = 1", "errors.mean(axis=0)[0]"),
        Figure("CV error, L2, lowest", "errors.mean(axis=0).min()"),
        Figure("best k by CV, L2", "best_k", "not the same for every shuffle"),
        Figure(
            "standard deviation over folds at the best k", "errors.std(axis=0)[errors.mean(axis=0).argmin()]"
        ),
        Figure(
            "CV error over norms (1,500 pictures), L1", "norm_errors['L1'].mean()", "three points below L2"
        ),
        Figure("… L2", "norm_errors['L2'].mean()"),
        Figure("… L∞", "norm_errors['L∞'].mean()", "far worse"),
        Figure("test error at the best k, L2", "error_rate(model.predict_labels(dists, best_k), y_test)"),
        Figure("test error at the best k, best norm", "f'{best_norm}: {error:.3f}'", "L1"),
        Figure(
            "loops / vectorized, time",
            "f\"{duration['two loops'] / duration['vectorized']:.0f}\"",
            "one to three orders of magnitude",
        ),
        Figure("pictures nearer than the altered copies, of 5,000", "int(np.sum(others < distance))", "many"),
        Figure("farthest / nearest, random points", "ratios[-1]", "near 1"),
        Figure("farthest / nearest, pictures", "of_pictures", "clearly above 1"),
    ),
    "hw2/softmax": (
        Figure("loss of the first minibatch", "history[0]", "log 10 = 2.303"),
        Figure("first run, validation accuracy", seen("first", "val")),
        Figure("largest loss in the sweep at rate 1e-4", "max(runs['1e-04'])", "it diverges: far above 2.3"),
        Figure("… mean of its last 25", "np.mean(runs['1e-04'][-25:])", "still above 2.3"),
        Figure("best pair of the search: rate, reg", "f'{settings[0]:g}, {settings[1]:g}'"),
        Figure("best classifier, validation accuracy", seen("best", "val"), "0.36–0.41 on CIFAR-10"),
        Figure("best classifier, test accuracy", seen("best", "test")),
        Figure(
            "best classifier, three draws of 2,000 pictures nobody has seen",
            f"', '.join(f'{{accuracy:.3f}}' for accuracy in {UNSEEN})",
            "above the stated 0.36 (CIFAR-10) and 0.37 (embedded)",
        ),
        Figure("loop / fast gradient, time", "f'{slow / fast:.0f}'", "20; see below"),
        Figure("softmax, 300 iterations, validation accuracy", seen("pair['Softmax']", "val")),
        Figure("hinge, 300 iterations, validation accuracy", seen("pair['Hinge']", "val"), "about the same"),
    ),
}

REMARKS = {
    "hw2/softmax": "Two thin matrix products bound the fast gradient. A loop over examples that works with whole rows "
    "needs about five times as long, one over examples and classes about ten times; twenty and more are reached by "
    "loops over classes for the scores as well, or on other machines.",
}

HEAD = """# Figures

Made by `python docs/figures.py`, which runs every solution notebook and reads these figures from its variables; never
edited by hand. The last column is what to expect, from the curriculum where it says so. Times, and ratios of times, are
those of one run on a machine with two cores that was also doing other work: they vary, and are shorter on a machine of
one's own. All other figures are the same in every run with the same versions of the libraries.
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
    figures = FIGURES.get(f"{homework.name}/{name}", ())
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
        "time from top to bottom": f"{run.seconds - extra:.0f} s",
        "slowest cell": f"{run.slowest[0]:.0f} s, `{run.slowest[1]}`",
    }
    return times | {row: str(value) for row, value in values.items()}


def table(figures: tuple[Figure, ...], columns: dict[str, dict[str, str]]) -> str:
    """The rows of one notebook, a column for every data set."""
    expected = {"time from top to bottom": "at most 120 s", "slowest cell": "at most 45 s"}
    expected |= {figure.name: figure.expected for figure in figures}
    lines = [f"| | {' | '.join(columns)} | expected |", "|---" * (len(columns) + 2) + "|"]
    for row, goal in expected.items():
        cells = [column[row] for column in columns.values()]
        lines.append(f"| {row} | {' | '.join(cells)} | {goal} |")
    return "\n".join(lines)


def main() -> None:
    course = Course(ROOT)
    parts = [HEAD]
    for name in sys.argv[1:] or course.names():
        homework = course.homework(name)
        if not (course.assignments / name).is_dir():
            sys.exit(f"There is no assignments/{name}: run `autograder release {name}` first.")
        parts.append(f"## {name} · {homework.title}\n")
        for notebook in homework.notebooks:
            columns = {}
            for dataset, environment in datasets():
                columns[dataset] = measured(course, homework, notebook, environment)
                print(f"{name}, {notebook}.ipynb, {dataset}: {columns[dataset]['time from top to bottom']}")
            key = f"{name}/{notebook}"
            parts.append(f"### {notebook}.ipynb\n\n{table(FIGURES.get(key, ()), columns)}\n")
            if key in REMARKS:
                parts.append(f"{REMARKS[key]}\n")
    OUTPUT.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()

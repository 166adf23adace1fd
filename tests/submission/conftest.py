"""A released notebook and module of a tiny homework, to merge submissions with."""

from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

STUB = "def double(x):\n    # --- toy.double ---\n    # YOUR CODE HERE\n    raise NotImplementedError\n"


def labels(name, grade=False, solution=False, locked=False, points=0):
    found = {
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "grade_id": name,
        "schema_version": 3,
        "task": False,
    }
    return {"nbgrader": found | ({"points": points} if grade else {})}


def released():
    cells = [
        new_markdown_cell("# Toys", id="intro"),
        new_code_cell(
            "import numpy as np", id="setup", metadata=labels("setup", locked=True) | {"tags": ["setup"]}
        ),
        new_code_cell(STUB, id="double", metadata=labels("double", solution=True)),
        new_code_cell(
            'check("toy.double")', id="test", metadata=labels("toy-double", grade=True, locked=True, points=5)
        ),
        new_code_cell("plot()", id="plot", metadata={"tags": ["experiment"]}),
        new_markdown_cell("Why?", id="why", metadata=labels("toy-why", grade=True, solution=True, points=3)),
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def toy(tmp_path):
    """A release folder, a submission folder holding a copy of it, and a folder to merge into."""
    release, submission, merged = (tmp_path / name for name in ("release", "submission", "merged"))
    for folder in (release, submission):
        (folder / "nndl").mkdir(parents=True)
        nbformat.write(released(), folder / "toy.ipynb")
        (folder / "nndl" / "toy.py").write_text(STUB)
        (folder / "nndl" / "__init__.py").write_text("")
        (folder / "homework.toml").write_text('name = "hw0"\n')
    merged.mkdir()
    homework = SimpleNamespace(notebooks=("toy",), edit=("nndl/toy.py",), keep=("toy_best.npz",), name="hw0")
    return SimpleNamespace(release=release, submission=submission, merged=merged, homework=homework)

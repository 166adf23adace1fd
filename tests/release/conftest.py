"""A course of one small homework, `hw1`, written into a temporary folder."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.homework import Course, Homework

CONFIG = """
from autograder.nbgrader_release import configure_release

c = get_config()
c.CourseDirectory.course_id = "fixture"
configure_release(c)
"""

TOML = """
name = "hw1"
title = "Distances"
notebooks = ["points"]
edit = ["nndl/points.py"]
keep = ["best.npz"]
points = { points = 10 }
"""

MODULE = '''
"""Distances between points."""

import numpy as np


class Points:
    """Rows of an array of shape (N, D)."""

    def __init__(self, X):
        self.X = np.asarray(X, dtype=float)

    def pairwise(self, Z):
        """Euclidean distances to the rows of Z (M, D): an array (M, N)."""
        # --- points.pairwise ---
        ### BEGIN SOLUTION
        # the cross term dominates the running time of everything else
        squares = np.sum(Z**2, axis=1)[:, None] + np.sum(self.X**2, axis=1)
        distances = np.sqrt(np.maximum(squares - 2 * Z @ self.X.T, 0))
        ### END SOLUTION
        return distances


def softplus(x):
    """log(1 + exp(x)), elementwise, without overflow."""
    x = x.reshape(len(x), -1)
    # --- points.softplus ---
    ### BEGIN SOLUTION
    positive = np.where(x > 0, x, 0)
    return positive + np.log1p(np.exp(-np.abs(x)))
    ### END SOLUTION
'''

PUBLIC = '''
"""Public checks."""

import numpy as np

from labkit.checks import check, expect


@check("points.pairwise")
def triangle(student, rng):
    """A 3-4-5 triangle"""
    model = student.points.Points([[3.0, 4.0]])
    expect.close("distances", model.pairwise(np.zeros((1, 2))), np.array([[5.0]]))


@check("points.largest")
def largest(student, rng):
    """Largest of three"""
    expect.number("largest", student.notebook.largest(np.array([1.0, 7.0, 3.0])), 7.0)
'''

HIDDEN = '''
"""Hidden checks."""

import numpy as np

from labkit.checks import check, expect


def oracle(X, Z):
    """Straight from the definition."""
    return np.array([[np.linalg.norm(x.astype(float) - z, ord=2) for x in X] for z in Z], dtype=np.float64)


@check("points.pairwise", weight=2)
def random_points(student, rng):
    """Random points"""
    X, Z = rng.standard_normal((7, 3)), rng.standard_normal((4, 3))
    expect.close("distances", student.points.Points(X).pairwise(Z), oracle(X, Z), rtol=1e-9)
'''

ANSWER = """### Why squares?
Why is the cross term computed with a matrix product?

### BEGIN SOLUTION
Because one call into the optimised library replaces a million small interpreted operations, and nothing is stored twice.

**Rubric**
- 2 points: names the optimised library routine as the reason for speed
- 2 points: mentions that memory stays bounded by the output
### END SOLUTION"""

LARGEST = """def largest(values):
    ### BEGIN SOLUTION
    champion = sorted(values.ravel().tolist(), reverse=True)[0]
    return champion if np.isfinite(champion) else np.nan
    ### END SOLUTION"""


def meta(grade_id: str, **values: Any) -> dict[str, Any]:
    """nbgrader's metadata of one cell."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**plain, "grade_id": grade_id, **values}}


def cell(kind: str, source: str, name: str, metadata: dict[str, Any] | None = None) -> Any:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, id=name, metadata=metadata or {})


def notebook() -> Any:
    cells = [
        cell("markdown", "# Points\nDistances between the rows of two arrays.", "points-intro"),
        cell(
            "code",
            "import numpy as np\n%load_ext autoreload\n%autoreload 2\nfrom labkit import check",
            "points-setup",
            {**meta("points-setup", locked=True), "tags": ["setup"]},
        ),
        cell(
            "markdown", "## Pairwise distances\nWrite `pairwise` in `nndl/points.py`.", "points-pairwise-text"
        ),
        cell(
            "code",
            'check("points.pairwise")',
            "pairwise",
            meta("points-pairwise", grade=True, locked=True, points=4),
        ),
        cell("code", LARGEST, "largest", meta("points-largest-code", solution=True)),
        cell(
            "code",
            'check("points.largest")',
            "largest-check",
            meta("points-largest", grade=True, locked=True, points=2),
        ),
        cell("markdown", ANSWER, "why", meta("points-why-squares", grade=True, solution=True, points=4)),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def write_course(root: Path) -> Path:
    """Write the course below `root` and return the homework's folder."""
    folder = root / "solutions" / "hw1"
    texts = {
        "homework.toml": TOML,
        "nndl/__init__.py": '"""Modules of this homework."""\n',
        "nndl/points.py": MODULE,
        "checks/points.py": PUBLIC,
        "hidden/points.py": HIDDEN,
        "hidden/judge.toml": "seed = 8675309\n",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    (root / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(notebook(), folder / "points.ipynb")
    return folder


@pytest.fixture(scope="session")
def new_course():
    """write_course: makes the course in a folder of the test's choice."""
    return write_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    write_course(tmp_path)
    return Course(tmp_path)


@pytest.fixture
def homework(course: Course) -> Homework:
    return course.homework("hw1")

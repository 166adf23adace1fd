import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from printed import Printed, checked_cell, text_cell, written_cell

from autograder.homework import Homework, Question
from labkit.printing.plan import read_plan
from labkit.printing.printer import Printer

MODULE = """import numpy as np


def distances(x):
    # --- knn.distances ---
    ### BEGIN SOLUTION
    return np.abs(x)
    ### END SOLUTION
"""


SETTINGS = """name = "hw9"
title = "Nearest neighbours"
notebooks = ["knn", "softmax"]
edit = ["nndl/knn.py"]
"""


def notebook(cells: list[dict[str, Any]]) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@pytest.fixture
def homework(tmp_path: Path) -> Homework:
    """A homework with two notebooks and one module, one machine question and one written question."""
    from labkit.handin.regions import marked_regions

    folder = tmp_path / "solutions" / "hw9"
    (folder / "nndl").mkdir(parents=True)
    (folder / "nndl" / "knn.py").write_text(MODULE)
    (folder / "homework.toml").write_text(SETTINGS)
    asked = [
        text_cell("# Neighbours", id="title"),
        text_cell("## Distances (6 points)", id="distances"),
        checked_cell("knn-distances", 6),
        text_cell("## Thinking", id="thinking"),
        written_cell("knn-why", 2, "### Why?"),
        text_cell("## The end", id="end"),
    ]
    (folder / "knn.ipynb").write_text(notebook(asked))
    (folder / "softmax.ipynb").write_text(notebook([text_cell("# Softmax", id="softmax")]))
    questions = (
        Question("knn.distances", "knn-distances", "knn", 6.0, "checks", "Distances", "a"),
        Question("knn.why", "knn-why", "knn", 2.0, "manual", "Why?", "b"),
    )
    return Homework(
        folder=folder,
        name="hw9",
        title="Nearest neighbours",
        notebooks=("knn", "softmax"),
        edit=("nndl/knn.py",),
        keep=(),
        data=(),
        points={"knn": 8.0, "softmax": 0.0},
        questions=questions,
        regions={"nndl/knn.py": marked_regions(MODULE)},
    )


@pytest.fixture
def plot() -> str:
    """A small PNG in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (320, 200), "#1f5a96").save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Writes a submission: `hand_in(knn=[cells…], files={path: text or bytes})`; returns its folder."""

    def write(files: dict[str, str | bytes] | None = None, **notebooks: list[dict[str, Any]]) -> Path:
        folder = tmp_path / "submitted"
        folder.mkdir(exist_ok=True)
        for name, cells in notebooks.items():
            (folder / f"{name}.ipynb").write_text(notebook(cells))
        for name, text in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return folder

    return write


@pytest.fixture
def print_folder(homework, tmp_path):
    """Prints a folder: `print_folder(folder, student="ada", allotted=None)`."""

    def run(folder, student="ada", **options):
        out = tmp_path / "out" / "ada.pdf"
        return Printed(Printer(read_plan(homework.folder)).print(folder, student, out, **options), out)

    return run


@pytest.fixture
def print_it(hand_in, print_folder):
    """Prints cells of knn.ipynb, with an empty softmax.ipynb and a module that is written."""

    def run(*cells, student="ada", files=None, allotted=None, **notebooks):
        notebooks = {"knn": list(cells), "softmax": [], **notebooks}
        files = {"nndl/knn.py": "def distances(x):\n    return x\n", **(files or {})}
        return print_folder(hand_in(files=files, **notebooks), student, allotted=allotted)

    return run

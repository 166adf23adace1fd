"""Hostile submissions that are files rather than code: notebooks, archives, links and names."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

Build = Callable[[Path], None]
BUILDERS: dict[str, tuple[str, Build]] = {}  # name: (what it starts from, what it does to that)
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def attack(start: str) -> Callable[[Build], Build]:
    def register(build: Build) -> Build:
        BUILDERS[build.__name__] = (start, build)
        return build

    return register


def raw(folder: Path, name: str = "knn.ipynb") -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def put(folder: Path, notebook: dict, name: str = "knn.ipynb") -> None:
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")


@attack("scaffold")
def points_and_ids_changed(folder):
    """More points, other grade ids, unlocked cells, tags that skip or hide."""
    notebook = raw(folder)
    for cell in notebook["cells"]:
        labels = cell["metadata"].get("nbgrader")
        if labels:
            labels.update(points=1000, grade=True, locked=False, solution=False, task=True, schema_version=99)
            cell["metadata"]["tags"] = ["skip-execution", "remove_cell"]
            cell["metadata"]["nbgrader"]["max_score"] = 1000
    notebook["metadata"]["nbgrader"] = {"score": 1000}
    put(folder, notebook)


@attack("scaffold")
def scores_in_outputs(folder):
    """Outputs that nbgrader reads as full points, in every cell."""
    for name in ("knn.ipynb", "softmax.ipynb"):
        notebook = raw(folder, name)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                data = {"text/plain": "5.0", "text/html": SCRIPT, "application/javascript": "alert(1)"}
                cell["outputs"] = [
                    {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
                ]
        put(folder, notebook, name)


@attack("scaffold")
def graded_cells_are_gone(folder):
    """Graded cells deleted, doubled, reordered, turned into other kinds."""
    notebook = raw(folder)
    cells = notebook["cells"]
    graded = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
    notebook["cells"] = [*reversed(cells[::2]), *graded[:2] * 3]
    for cell in notebook["cells"][:5]:
        cell["cell_type"] = "raw"
    put(folder, notebook)


@attack("scaffold")
def checks_and_library_of_its_own(folder):
    """checks/, labkit/, hidden/, judge.toml, sitecustomize.py, numpy.py, conftest.py and a .pth beside the notebooks."""
    wins = "def check(*a, **k):\n    return lambda f: f\n\n\ndef __getattr__(name):\n    return lambda *a, **k: 5.0\n"
    for name in (
        "checks/knn.py", "hidden/knn.py", "labkit/__init__.py", "labkit/checks.py", "numpy.py", "conftest.py",
        "sitecustomize.py", "usercustomize.py", "nndl/__init__.py", "nndl/numpy.py", "msgspec.py", "IPython.py",
        "autograder/__init__.py", "autograder.py", "nbgrader_config.py", "homework.toml", "judge.toml", "a.pth",
        "__main__.py", "ipykernel_launcher.py", ".digest", "labkit.so", "gradebook.db",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(wins, encoding="utf-8")


@attack("scaffold")
def links_and_devices(folder):
    """Links out of the submission, a named pipe, a sparse file, hard links."""
    for name, target in {
        "nndl/knn.py": "/work/main/solutions/hw2/nndl/knn.py",
        "softmax_best.npz": "/dev/zero",
        "timestamp.txt": "/etc/passwd",
        "loop": ".",
    }.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
    (folder / "nndl" / "softmax.py").unlink()
    os.mkfifo(folder / "nndl" / "softmax.py")
    (folder / "knn.ipynb").unlink()
    os.mkfifo(folder / "knn.ipynb")
    with (folder / "extra.npz").open("wb") as file:
        file.truncate(1 << 40)


@attack("scaffold")
def timestamp_is_a_pipe(folder):
    """A time of handing in that nobody can read."""
    (folder / "timestamp.txt").unlink(missing_ok=True)
    os.mkfifo(folder / "timestamp.txt")


@attack("scaffold")
def timestamp_is_nonsense(folder):
    """A time of handing in that is none."""
    (folder / "timestamp.txt").write_text(
        "99999-99-99 \ud83d'; drop table grade; --\n" * 9, "utf-8", "replace"
    )


@attack("scaffold")
def timestamp_of_another_age(folder):
    """A time of handing in outside of every calendar."""
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00 +999999", encoding="utf-8")


@attack("scaffold")
def ten_thousand_files(folder):
    """More files than are looked at, in many folders, and folders below folders."""
    for number in range(100):
        place = folder / f"{number:03}"
        place.mkdir()
        for other in range(100):
            (place / f"{other}.ipynb").write_text("{", encoding="utf-8")
    place = folder
    for _ in range(200):
        place = place / "d"
        place.mkdir()
    for number in range(3000):
        (folder / f"link{number}").symlink_to("/etc/passwd")


@attack("solution")
def many_large_notebooks(folder):
    """Hundreds of notebooks, each large enough to take a while."""
    content = (folder / "softmax.ipynb").read_bytes()
    for number in range(300):
        (folder / f"aa{number}.ipynb").write_bytes(content)


@attack("scaffold")
def names_that_command(folder):
    """File names with escape sequences, markup, formulas and line ends."""
    for name in (
        "\x1b[2J\x1b]0;owned\x07.ipynb", "=cmd|' C calc'!A0.npz", "[red]x[", "[bold]", "a\nb\r.py", "‮gpj.py",
        f"{SCRIPT.replace('/', '_')}.py", "-rf *.py", "#panic().typ", "$(id).py", "\udcff\udcfe.py", "@SUM(1).py",
    ):  # fmt: skip
        (folder / name).write_text("x", encoding="utf-8")


@attack("scaffold")
def names_that_climb(folder):
    """File names with the separators of other systems, that lead up or to the root."""
    for name in (
        "..\\..\\..\\solutions\\hw2\\nndl\\knn.py", "C:\\nndl\\..\\..\\gradebook.db", "\\\\server\\share\\knn.ipynb",
        "nndl\\..\\..\\softmax_best.npz", "..\\other\\hw2\\knn.ipynb", "...", "nndl∕knn.py", "‥", "knn.ipynb\\",
    ):  # fmt: skip
        (folder / name).write_text("raise SystemExit", encoding="utf-8")


@attack("scaffold")
def notebooks_of_every_version(folder):
    """Versions that are not, or not yet."""
    for name, version in {"knn.ipynb": (99, -1), "softmax.ipynb": ("4.5", None)}.items():
        notebook = raw(folder, name)
        notebook["nbformat"], notebook["nbformat_minor"] = version
        notebook["orig_nbformat"] = 1e308
        put(folder, notebook, name)


@attack("scaffold")
def cells_with_wild_ids(folder):
    """Cell and grade ids with markup, lone surrogates, and of other types."""
    notebook = raw(folder)
    wild = [
        SCRIPT,
        "\ud800",
        "a" * 64,
        "../../x",
        7,
        None,
        {"a": 1},
        ["x"],
        '"><script>',
        "\x1b[2J",
        "=1+1",
        "",
    ]
    for cell, name in zip(notebook["cells"], wild * 20, strict=False):
        cell["id"] = name
        cell["metadata"] = {"nbgrader": {"grade_id": name, "grade": True, "points": 1e999, "solution": True}}
    put(folder, notebook)


@attack("scaffold")
def surrogates_everywhere(folder):
    """Characters that no file can hold, in errors, outputs, attachments and sources."""
    notebook = raw(folder)
    bad = "\ud800\udfff\udcff\x00"
    for cell in notebook["cells"]:
        cell["source"] = (
            [str(cell["source"]), bad] if isinstance(cell["source"], str) else [*cell["source"], "\n#", bad]
        )
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "error", "ename": bad, "evalue": bad, "traceback": [bad]},
                {"output_type": "stream", "name": bad, "text": bad},
                {
                    "output_type": "display_data",
                    "data": {"text/plain": bad, "image/png": bad},
                    "metadata": {bad: bad},
                },
            ]
        else:
            cell["attachments"] = {bad: {"image/png": bad, "image/jpeg": "AAAA"}}
    put(folder, notebook)


@attack("scaffold")
def deep_metadata(folder):
    """Metadata nested as deep as a parser goes."""
    notebook = raw(folder)
    deep = {"a": 1}
    for _ in range(400):
        deep = {"grade_id": "knn-compute_distances", "a": deep}
    for cell in notebook["cells"]:
        cell["metadata"] = {"nbgrader": deep, "x": deep}
    text = json.dumps(notebook)
    (folder / "knn.ipynb").write_text(text, encoding="utf-8")
    softmax = '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}"
    (folder / "softmax.ipynb").write_text(softmax, encoding="utf-8")


@attack("scaffold")
def odd_json(folder):
    """Numbers without end, NaN, repeated keys, an old format with odd contents."""
    digits = "9" * 100_000
    text = json.dumps(raw(folder))[:-1] + f', "x": {digits}, "y": NaN, "cells": [], "nbformat": -Infinity}}'
    (folder / "knn.ipynb").write_text(text, encoding="utf-8")
    old = {
        "worksheets": [{"cells": [{"cell_type": "code", "input": 7}]}],
        "nbformat": 3,
        "nbformat_minor": "x",
    }
    put(folder, old, "softmax.ipynb")


@attack("scaffold")
def scripts_in_answers(folder):
    """Scripts in written answers, attachments, pictures and outputs, for whoever grades them."""
    for name in ("knn.ipynb", "softmax.ipynb"):
        notebook = nbformat.read(folder / name, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = (
                    f"{SCRIPT} <iframe srcdoc='{SCRIPT}'></iframe> [x](javascript:alert(3)) <style>*{{display:none}}"
                    "</style> ![y](attachment:z.png) <a href='javascript:alert(4)'>z</a> $<script>alert(5)</script>$"
                )
                cell.attachments = {"z.png": {"image/png": '" onerror="alert(6)', "text/html": SCRIPT}}
            elif cell.cell_type == "code":
                picture = {
                    "image/png": '"><script>alert(7)</script>',
                    "image/svg+xml": SCRIPT,
                    "text/html": SCRIPT,
                }
                cell.outputs = [
                    new_output("stream", text=SCRIPT),
                    new_output("display_data", data=picture),
                    new_output(
                        "error",
                        ename=SCRIPT,
                        evalue=SCRIPT,
                        traceback=[SCRIPT, "\x1b]8;;javascript:alert(8)\x07"],
                    ),
                ]
        notebook.cells += [new_markdown_cell(SCRIPT), nbformat.v4.new_raw_cell(SCRIPT), new_code_cell("1")]
        notebook.cells[-2].metadata["raw_mimetype"] = "text/html"
        nbformat.write(notebook, folder / name)


@attack("scaffold")
def flood_of_remarks(folder):
    """Thousands of cells, each with something to remark on."""
    notebook = raw(folder)
    notebook["cells"] += [
        {"cell_type": "code", "source": f"raise ValueError('x' * 4000, {n})", "metadata": {}, "outputs": []} for n in range(900)
    ] + [{"cell_type": "none"}] * 900  # fmt: skip
    put(folder, notebook)


def weights(folder: Path, **arrays: np.ndarray) -> None:
    np.savez(folder / "softmax_best.npz", **arrays)


@attack("scaffold")
def weights_are_nan(folder):
    """NaN in every weight, so that no score is smaller than another."""
    weights(folder, W=np.full((10, 3072), np.nan), b=np.zeros(10), mean=np.zeros(3072))


@attack("scaffold")
def weights_overflow(folder):
    """Finite weights whose scores are infinite or NaN."""
    wild = np.where(np.arange(3072) % 2, 1e308, -1e308)
    weights(folder, W=np.tile(wild, (10, 1)), b=np.full(10, 1e308), mean=-wild)


@attack("scaffold")
def weights_of_other_kinds(folder):
    """Complex, structured and text weights, of too many dimensions."""
    weights(folder, W=np.ones((10, 3072), complex), b=np.array(["1"] * 10), mean=np.zeros(3072, "f4,f4"))


@attack("scaffold")
def pickle_in_weights(folder):
    """A pickle in the saved file, which writes a file when it is read."""

    class Writes:
        def __reduce__(self):
            return (open, ("/tmp/hostile-pickle-was-read", "w"))

    weights(folder, W=np.array([Writes()], dtype=object), b=np.zeros(10), mean=np.zeros(3072))
    (folder / "extra.npz").write_bytes(pickle.dumps(Writes()))


@attack("scaffold")
def zip_bomb(folder):
    """Gigabytes of zeros, packed small."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10, 40_000_000)}
    )
    with zipfile.ZipFile(folder / "softmax_best.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("W.npy", "w", force_zip64=True) as file:
            file.write(header.getvalue())
            for _ in range(100):
                file.write(bytes(32_000_000))
        for number in range(2000):
            archive.writestr(f"../../{number}.npy", b"x")


@attack("scaffold")
def huge_declared_shape(folder):
    """Arrays that claim to be larger than any memory, of negative size, and with a header that is a program."""
    with zipfile.ZipFile(folder / "softmax_best.npz", "w") as archive:
        for name, shape in {
            "W": "(10, 99999999999999)",
            "b": "(-1,)",
            "mean": "__import__('os').system('id')",
        }.items():
            text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
            archive.writestr(
                f"{name}.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()
            )


@attack("scaffold")
def modules_that_defeat_parsers(folder):
    """Modules that are deep, binary, endless in one line, or in odd encodings."""
    (folder / "nndl" / "knn.py").write_text("x = " + "(" * 50_000 + ")" * 50_000, encoding="utf-8")
    (folder / "nndl" / "softmax.py").write_bytes(b"# coding: utf-7\n+AAA-" + bytes(range(256)) * 3000)


@attack("scaffold")
def memory_of_the_grader(folder):
    """A notebook of which every byte becomes an object of 60 bytes."""
    (folder / "knn.ipynb").write_bytes(b'{"cells":[],"x":[' + b"[]," * 30_000_000 + b"[]]}")

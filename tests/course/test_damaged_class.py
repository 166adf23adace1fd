"""A class in which every submission is damaged in another way: each gets a result and a reason, none stops the rest."""

import io
import json
import os
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.grade import grade_class
from autograder.judge import Judge
from autograder.publish import write_grades
from autograder.results import QuestionResult, SubmissionResult

NAMES = (
    "Zoë",
    "李雷",
    "иван",
    "محمد",
    "क्षमा",
    "עדי",
    "สมชาย",
    "Jo O'Neil",
    "a,b",
    "ada@x.org",
    "Ω≈ç",
    "나라",
)
DAMAGE = {}


def damage(function):
    DAMAGE[function.__name__] = function
    return function


def of_bytes(name, content, file="knn.ipynb"):
    DAMAGE[name] = lambda folder: (folder / file).write_bytes(content)


def of_text(name, change, file="knn.ipynb"):
    """`change` takes a file's text and gives text or bytes."""

    def made(folder):
        changed = change((folder / file).read_text(encoding="utf-8"))
        (folder / file).write_bytes(changed if isinstance(changed, bytes) else changed.encode())

    DAMAGE[name] = made


def of_json(name, change, file="knn.ipynb"):
    """`change` alters a notebook's data in place, or returns another."""

    def changed(text):
        data = json.loads(text)
        return json.dumps(change(data) or data)

    of_text(name, changed, file)


def every_cell(**fields):
    def change(data):
        for cell in data["cells"]:
            cell.update(fields)

    return change


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


for share in (0.0, 0.01, 0.3, 0.5, 0.9, 0.999):
    of_text(f"truncated at {share:.1%}", lambda text, share=share: text[: int(len(text) * share)])
for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp037", "utf-7"):
    of_text(f"in {encoding}", lambda text, encoding=encoding: text.encode(encoding, "replace"))
of_bytes("binary", bytes(range(256)) * 100)
of_bytes("zeros", bytes(5000))
of_bytes("a picture", b"\x89PNG\r\n\x1a\n" + bytes(500))
of_bytes("a pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
of_bytes("a web page", b"<!DOCTYPE html><html><body>Sign in to continue</body></html>")
of_bytes("a pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
of_bytes("an empty archive", zipped())
of_bytes("an archive", zipped("knn.ipynb"))
of_bytes("a shortcut", b"[InternetShortcut]\r\nURL=https://example.org/\r\n")
of_bytes("JSON, but a list", b"[]")
of_bytes("JSON, but a number", b"1e999")
of_bytes("JSON, but null", b"null")
of_bytes("JSON, but a string", b'"knn"')
of_bytes("many values", b"{}{}{}")
of_text("doubled", lambda text: text + text)
of_text(
    "merge conflict",
    lambda text: text.replace('"cells": [', '<<<<<<< HEAD\n"cells": [\n=======\n>>>>>>> x', 1),
)
of_text("single quotes", lambda text: text.replace('"', "'"))
of_text("smart quotes", lambda text: text.replace('"', "“"))
of_text("null bytes", lambda text: text.replace("\n", "\0\n"))
of_text("escaped null bytes", lambda text: text.replace("distance", "dist\\u0000ance"))
of_text("lone surrogates", lambda text: text.replace("distance", "\\ud800"))
of_text("trailing commas", lambda text: text.replace("]", ",]"))
of_text("without line ends", lambda text: text.replace("\n", ""))
of_json("no cells", lambda data: {"nbformat": 4, "nbformat_minor": 5, "metadata": {}})
of_json("empty cells", lambda data: data | {"cells": []})
of_json("cells are a dictionary", lambda data: data | {"cells": {"0": data["cells"][0]}})
of_json("cells of nulls", lambda data: data | {"cells": [None, 1, "x", [], {}] * 50})
of_json("no metadata in cells", lambda data: [cell.pop("metadata") for cell in data["cells"]] and None)
of_json("metadata is null", every_cell(metadata=None))
of_json("metadata is a list", every_cell(metadata=[1]))
of_json("sources are numbers", every_cell(source=7))
of_json("sources are null", every_cell(source=None))
of_json("sources are lists of numbers", every_cell(source=[1, 2]))
of_json("outputs are text", every_cell(outputs="x"))
of_json(
    "outputs of odd kinds",
    every_cell(outputs=[{"output_type": "video"}, 3, {"output_type": "stream", "text": 3}]),
)
of_json("an unknown kind of cell", every_cell(cell_type="heading"))
of_json("everything raw", every_cell(cell_type="raw"))
of_json("all ids the same", every_cell(id="same"))
of_json("ids are numbers", every_cell(id=3))
of_json("nbformat 3", lambda data: {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [
    {"cells": [{"cell_type": "code", "input": cell["source"], "language": "python", "outputs": []}
               for cell in data["cells"]], "metadata": {}}]})  # fmt: skip
of_json("nbformat 2", lambda data: {"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code"}]}]})
of_json("nbformat is text", lambda data: data | {"nbformat": "four"})
of_json("thousands of cells", lambda data: data | {"cells": data["cells"] * 200})
of_json("a megabyte of source", lambda data: data["cells"][5].update(source="x = 1\n" * 300_000))
of_bytes("module is binary", bytes(range(256)), "nndl/knn.py")
of_bytes("module is empty", b"", "nndl/knn.py")
of_text("module in utf-16", lambda text: text.encode("utf-16"), "nndl/knn.py")
of_text("module with null bytes", lambda text: text.replace("\n", "\0\n"), "nndl/knn.py")
of_text("module cut in the middle", lambda text: text[: len(text) // 2], "nndl/knn.py")
of_bytes("module is a notebook", b'{"cells": []}', "nndl/softmax.py")
of_bytes("weights are text", b"hello", "softmax_best.npz")
of_bytes("weights are an empty archive", zipped(), "softmax_best.npz")


@damage
def nothing_at_all(folder):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@damage
def folders_in_folders(folder):
    inner = folder / "hw2" / "hw2 (1)" / "my homework" / "final"
    inner.mkdir(parents=True)
    for name in ("knn.ipynb", "softmax.ipynb", "nndl"):
        (folder / name).rename(inner / name)


@damage
def paths_of_windows(folder):
    (folder / "nndl" / "knn.py").rename(folder / "C:\\Users\\Ada\\hw2\\nndl\\knn.py")
    (folder / "knn.ipynb").rename(folder / "hw2\\KNN.ipynb")


@damage
def names_that_differ_in_case(folder):
    (folder / "KNN.ipynb").write_bytes((folder / "knn.ipynb").read_bytes()[:500])
    (folder / "Knn.IPYNB").write_text("{}")
    (folder / "NNDL").mkdir()
    (folder / "NNDL" / "knn.py").write_text("x = (")


@damage
def a_folder_where_a_file_should_be(folder):
    (folder / "knn.ipynb").unlink()
    (folder / "knn.ipynb").mkdir()
    (folder / "nndl" / "knn.py").unlink()
    (folder / "nndl" / "knn.py").mkdir()


@damage
def a_file_where_a_folder_should_be(folder):
    for path in (folder / "nndl").iterdir():
        path.unlink()
    (folder / "nndl").rmdir()
    (folder / "nndl").write_text("x")


@damage
def links_to_nowhere_and_around(folder):
    (folder / "knn.ipynb").unlink()
    (folder / "knn.ipynb").symlink_to("knn.ipynb")
    (folder / "nndl" / "knn.py").unlink()
    (folder / "nndl" / "knn.py").symlink_to("/nowhere")


@damage
def traces_of_systems_and_editors(folder):
    for name in (
        "._knn.ipynb",
        ".DS_Store",
        "Thumbs.db",
        "~$knn.ipynb",
        "desktop.ini",
        "knn.ipynb.tmp",
        "knn.ipynb~",
    ):
        (folder / name).write_bytes(bytes(100))
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._knn.ipynb").write_bytes(b"\0\5\x16\7")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "knn-checkpoint.ipynb").write_text("{")
    (folder / "knn.ipynb").rename(folder / "knn (1).ipynb")


@damage
def file_names_of_every_script(folder):
    for name in (*NAMES, "🙂", "a\nb", "\x1b[2J", "x" * 250):
        (folder / f"{name[:240]}.ipynb").write_text("{")


@damage
def a_name_that_is_no_text(folder):
    (folder / os.fsdecode(b"caf\xe9.ipynb")).write_bytes(b"{")
    (folder / "knn.ipynb").unlink()


@damage
def weights_of_a_gigabyte(folder):
    with (folder / "softmax_best.npz").open("wb") as file:
        file.truncate(1 << 30)


@damage
def weights_that_are_objects(folder):
    np.savez(folder / "softmax_best.npz", W=np.array([{}], dtype=object))


@damage
def no_permission(folder):
    (folder / "knn.ipynb").chmod(0)
    (folder / "nndl" / "knn.py").write_bytes(b"\xff\xfe")


def hand_in(hw2, course, wanted):
    for number, break_it in enumerate(wanted.values()):
        student = f"{NAMES[number % len(NAMES)]} {number:02}"
        hw2.hand_in(course, "quinn")
        folder = course.submitted / student
        (course.submitted / "quinn").rename(folder)
        break_it(folder / "hw2")
    return list(wanted)


@pytest.fixture
def unjudged(monkeypatch):
    """No code is run: every question gets one point."""

    def judged(judge, merged, student, **options):
        questions = [
            QuestionResult(q.name, q.grade_id, q.notebook, q.title, q.points, 1.0, "partial")
            for q in judge.homework.questions
        ]
        digest = judge.digest_of(merged)
        return SubmissionResult("hw2", student, digest, merged.notes, tuple(questions), 0.0, 0.0, 0.0, "")

    monkeypatch.setattr(Judge, "grade", judged)


def explained(hw2, course, done, wanted):
    assert len(done.results) == len(wanted) >= 60
    assert not done.refused
    table = write_grades(course, hw2.homework, done.results, course.root / "grades.csv").read_text("utf-8")
    for result in done.results:
        number = int(result.student.rpartition(" ")[2])
        assert result.digest, (wanted[number], result.notes)
        assert result.notes or wanted[number] in HARMLESS, wanted[number]
        assert result.student.replace('"', '""') in table
        for name in hw2.homework.notebooks:
            written = course.autograded / result.student / "hw2" / f"{name}.ipynb"
            nbformat.validate(nbformat.read(written, as_version=4))


HARMLESS = {  # read as if nothing were wrong; modules are remarked on by the judge, which loads them
    "all ids the same", "escaped null bytes", "ids are numbers", "in utf-8-sig", "metadata is a list", "metadata is null",
    "module cut in the middle", "module in utf-16", "module is a notebook", "module is binary", "module is empty",
    "module with null bytes", "nbformat is text", "no metadata in cells", "no_permission", "outputs are text",
    "outputs of odd kinds", "without line ends",
}  # fmt: skip


def test_every_damaged_submission_gets_a_result_and_a_reason(hw2, unjudged, tmp_path):
    course = hw2.copy(tmp_path / "course")
    wanted = hand_in(hw2, course, DAMAGE)
    done = grade_class(course, hw2.homework, sandbox="none", workers=2)
    explained(hw2, course, done, wanted)


@pytest.mark.slow
def test_every_damaged_submission_is_judged(hw2, tmp_path):
    course = hw2.copy(tmp_path / "course")
    wanted = hand_in(hw2, course, DAMAGE)
    done = grade_class(course, hw2.homework, workers=2)
    explained(hw2, course, done, wanted)
    assert all(result.score == 0.0 for result in done.results)


@pytest.mark.slow
def test_outputs_of_two_hundred_megabytes_are_cut(hw2, unjudged, tmp_path):
    course = hw2.copy(tmp_path / "course")
    huge = {"output_type": "stream", "name": "stdout", "text": "x" * 200_000_000}
    hand_in(hw2, course, {"huge": lambda folder: _with_output(folder, huge)})
    (result,) = grade_class(course, hw2.homework, sandbox="none").results
    assert any("very long and was cut" in note.reason for note in result.notes)
    written = course.autograded / result.student / "hw2" / "knn.ipynb"
    assert written.stat().st_size < 5_000_000


def _with_output(folder: Path, output):
    data = json.loads((folder / "knn.ipynb").read_text(encoding="utf-8"))
    next(cell for cell in data["cells"] if cell["cell_type"] == "code")["outputs"] = [output]
    (folder / "knn.ipynb").write_text(json.dumps(data), encoding="utf-8")

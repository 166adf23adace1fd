"""Damage of many kinds: what can be read is read, what cannot is named, and nothing raises."""

import io
import json
import struct
import tracemalloc
import zipfile

import nbformat
import numpy as np
import pytest

from autograder.homework import CourseError
from autograder.submission import merge
from autograder.submission.parse import parse
from autograder.submission.saved import fault
from autograder.submission.timestamp import handed_in_at, written_timestamp

ANSWER = "def double(x):\n    return 2 * x\n"


def merged(toy):
    return merge(toy.submission, toy.homework, toy.release, toy.merged)


def answered(toy):
    """The text of a notebook in which the question is answered."""
    notebook = nbformat.read(toy.submission / "toy.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == "double").source = ANSWER
    return nbformat.writes(notebook)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32"])
def test_wide_encodings_are_read_with_and_without_a_mark(toy, encoding):
    (toy.submission / "toy.ipynb").write_bytes(answered(toy).encode(encoding))
    assert ANSWER in [cell.source for cell in merged(toy).run_cells("toy")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"execution_count": null', f'"execution_count": {"9" * 5000}'),
        ('"nbformat": 4', f'"nbformat": {"4" * 5000}'),
        ('"nbformat": 4', '"nbformat": 3'),
        ('"nbformat": 4', '"nbformat": 2'),
        ('"nbgrader": {', '"nbgrader": {"x": ' + "[" * 900 + "]" * 900 + ","),
    ],
    ids=["huge count", "huge format", "format 3", "format 2", "deep labels"],
)
def test_odd_numbers_and_labels_cost_no_answer(toy, old, new):
    (toy.submission / "toy.ipynb").write_text(answered(toy).replace(old, new), encoding="utf-8")
    assert ANSWER in [cell.source for cell in merged(toy).run_cells("toy")]


def test_cells_before_one_that_is_nested_too_deeply_are_read(toy):
    text = answered(toy)
    place = text.index('"id": "plot"')
    (toy.submission / "toy.ipynb").write_text(text[:place] + '"x": ' + "[" * 30_000 + text[place:])
    result = merged(toy)
    assert ANSWER in [cell.source for cell in result.run_cells("toy")]
    assert any("nested too deeply" in note.reason for note in result.notes)


def test_deep_values_in_an_error_output_are_left_out():
    deep = json.loads("[" * 900 + "]" * 900)
    cell = {
        "cell_type": "code",
        "source": "",
        "outputs": [{"output_type": "error", "ename": deep, "evalue": 3}],
    }
    notebook, _ = parse(json.dumps({"cells": [cell]}).encode())
    assert notebook.cells[0].outputs[0].ename == ""


def test_paths_written_by_windows_are_found(toy):
    (toy.submission / "nndl" / "toy.py").unlink()
    (toy.submission / "C:\\hw0\\nndl\\toy.py").write_text("mine = 1\n")
    merged(toy)
    assert (toy.merged / "nndl" / "toy.py").read_text() == "mine = 1\n"


def test_checks_never_stand_for_a_module(toy):
    (toy.submission / "nndl" / "toy.py").unlink()
    (toy.submission / "checks").mkdir()
    (toy.submission / "checks" / "toy.py").write_text("not_mine = 1\n")
    result = merged(toy)
    assert "not_mine" not in (toy.merged / "nndl" / "toy.py").read_text()
    assert ("missing", "nndl/toy.py") in [(note.kind, note.file) for note in result.notes]


def test_expected_files_are_found_among_thousands_of_others(toy):
    for number in range(5100):
        (toy.submission / f"a{number}.dat").touch()
    (toy.submission / "toy.ipynb").write_text(answered(toy))
    result = merged(toy)
    assert result.present == ("toy",)
    assert sum("more than 5000" in note.reason for note in result.notes) == 1


def test_reasons_hold_no_path_of_the_staff(toy):
    (toy.submission / "timestamp.txt").symlink_to(toy.release)
    (toy.submission / "nndl" / "toy.py").write_bytes(b"#" * 2_000_000)
    for note in merged(toy).notes:
        assert str(toy.submission) not in note.reason


def test_damaged_release_is_an_error_of_the_course(toy):
    (toy.release / "toy.ipynb").write_text("x")
    with pytest.raises(CourseError, match="autograder release hw0"):
        merged(toy)


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(f"{name}.npy", content)
    return stream.getvalue()


def array(value):
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=True)
    return stream.getvalue()


def declared(shape):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no file of saved arrays"),
        (b"hello", "no file of saved arrays"),
        (archive(W=array(np.ones(9)))[:100], "no file of saved arrays"),
        (archive(), "holds no arrays"),
        (archive(W=b"hello"), "no file of saved arrays"),
        (archive(W=array(np.array([{}], dtype=object))), "Python objects"),
        (archive(W=declared((250_000_000,))), "2,000,000,000 bytes"),
        (archive(W=declared((-5,))), ""),
        (archive(W=array(np.full(3, np.nan))), ""),
    ],
    ids=["empty", "text", "truncated", "no members", "no array", "objects", "2 GB", "negative", "nan"],
)
def test_saved_arrays_that_cannot_be_read_are_named(toy, content, reason):
    (toy.submission / "toy_best.npz").write_bytes(content)
    named = [note.reason for note in merged(toy).notes if note.file == "toy_best.npz"]
    assert reason in " ".join(named) and bool(named) == bool(reason)
    assert bool(fault(toy.submission / "toy_best.npz")) == bool(reason)


def packed(method):
    """An array in a member that is packed in an unusual way, which can also hold gigabytes in few bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        made.writestr("W.npy", array(np.ones(9)))
    return stream.getvalue()


def with_header(length):
    """A member that states a header of some length, and has it."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("W.npy", "w") as file,
    ):
        file.write(b"\x93NUMPY\x02\x00" + struct.pack("<I", length))
        for _ in range(length >> 20):
            file.write(b" " * (1 << 20))
    return stream.getvalue()


def many(count):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(count):
            made.writestr(f"{number}{'x' * 100}", b"")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed(zipfile.ZIP_BZIP2), "save it with np.savez"),
        (packed(zipfile.ZIP_LZMA), "save it with np.savez"),
        (with_header(200 << 20), "a header of 209,715,200 bytes"),
        (many(100), "lists more files than are read"),
    ],
    ids=["bzip2", "lzma", "header", "directory"],
)
def test_saved_arrays_are_never_unpacked_without_bound(toy, content, reason, monkeypatch):
    monkeypatch.setattr("autograder.submission.packed.MOST_LISTED", 10_000)
    path = toy.submission / "toy_best.npz"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        assert reason in fault(path)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_long_names_of_arrays_are_cut(toy):
    path = toy.submission / "toy_best.npz"
    path.write_bytes(archive(**{"W" * 20_000: array(np.array([{}], dtype=object))}))
    assert len(fault(path)) < 200


def test_arrays_saved_with_compression_are_read(toy):
    np.savez_compressed(toy.submission / "toy_best.npz", W=np.ones((50, 50)), b=np.float32(1))
    assert fault(toy.submission / "toy_best.npz") == ""


PICTURE = "iVBORw0KGgo="


def written_with(pictures):
    """A notebook's only cell, as it is read: a written answer with pictures."""
    cell = {"cell_type": "markdown", "id": "why", "source": "Because.", "attachments": pictures}
    notebook, remarks = parse(json.dumps({"cells": [cell, {**cell, "id": "also"}]}).encode())
    assert [each.source for each in notebook.cells] == ["Because.", "Because."]
    return notebook.cells[0].attachments, remarks


def test_pictures_without_number_are_left_out_and_named():
    kept, remarks = written_with({f"{number}.png": {"image/png": PICTURE} for number in range(1000)})
    assert list(kept) == [f"{number}.png" for number in range(100)]
    assert ("why", "900 of the pictures in cell 1 are too large or too many, and were left out") in remarks


def test_pictures_without_content_are_left_out():
    kept, remarks = written_with({f"{number:x}": {"image/png": ""} for number in range(100_000)})
    assert kept == {} and remarks == []


def test_a_photograph_is_kept_and_an_album_is_not(monkeypatch):
    monkeypatch.setattr("autograder.submission.parse.MOST_ATTACHED", 3_000_000)
    photograph = {"image/jpeg": PICTURE[:4] * 600_000}
    kept, remarks = written_with({"a.jpg": photograph, "b.jpg": photograph})
    assert list(kept) == ["a.jpg"] and "1 of the pictures in cell 1" in remarks[0][1]


def test_a_notebook_of_endless_outputs_keeps_all_its_text(monkeypatch):
    monkeypatch.setattr("autograder.submission.parse.MOST_BESIDES", 100_000)
    output = {"output_type": "stream", "text": "x" * 10_000}
    cells = [
        {"cell_type": "code", "source": f"x = {number}", "outputs": [output] * 4} for number in range(30)
    ]
    notebook, remarks = parse(json.dumps({"cells": cells}).encode())
    assert [cell.source for cell in notebook.cells] == [f"x = {number}" for number in range(30)]
    assert len(notebook.cells[0].outputs) == 4 and notebook.cells[-1].outputs == []
    assert [reason for _, reason in remarks] == [
        "is very large: the outputs and pictures at its end were left out, its text was not"
    ]


BAD_TIMES = [b"", b"\xff yesterday", b"at noon", b"0000-99-99", b"9" * 150, b"9" * 1_000_000, b"\0"]


@pytest.mark.parametrize("content", BAD_TIMES, ids=range(len(BAD_TIMES)))
def test_bad_timestamp_is_named_and_not_copied(toy, content):
    (toy.submission / "timestamp.txt").write_bytes(content)
    assert "timestamp.txt" in [note.file for note in merged(toy).notes]
    assert written_timestamp(toy.submission, toy.merged) is None
    assert not (toy.merged / "timestamp.txt").exists()


@pytest.mark.parametrize("text", ["2026-01-02 03:04:05 UTC", "\ufeff2026-01-02T04:04:05+01:00\r\n"])
def test_good_timestamp_is_read_as_nbgrader_does(toy, text):
    (toy.submission / "timestamp.txt").write_text(text, encoding="utf-8")
    assert str(handed_in_at(toy.submission)[0]) == "2026-01-02 03:04:05"
    assert merged(toy).notes == ()

"""Whatever is handed in, what counts is found, and what does not is named."""

import json
import os
import zipfile

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell

from autograder.submission import merge
from autograder.submission.parse import Unreadable, parse

ANSWER = "def double(x):\n    return 2 * x\n"


def merged(toy):
    for path in sorted(toy.merged.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return merge(toy.submission, toy.homework, toy.release, toy.merged)


def edit(toy, change, name="toy.ipynb"):
    notebook = nbformat.read(toy.submission / name, as_version=4)
    change(notebook)
    nbformat.write(notebook, toy.submission / name)


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def answered(notebook):
    cell(notebook, "double").source = ANSWER


def sources(result):
    return [run.source for run in result.run_cells("toy")]


def kinds(result):
    return [note.kind for note in result.notes]


def test_answers_are_the_students_and_the_rest_is_the_staffs(toy):
    (toy.submission / "nndl" / "toy.py").write_text("mine = 1\n")
    (toy.submission / "nndl" / "__init__.py").write_text("import os\n")
    edit(toy, answered)
    result = merged(toy)
    assert sources(result) == ["import numpy as np", ANSWER]
    assert (toy.merged / "nndl" / "toy.py").read_text() == "mine = 1\n"
    assert (toy.merged / "nndl" / "__init__.py").read_text() == ""
    assert [(note.kind, note.file) for note in result.notes] == [("replaced", "nndl/__init__.py")]


def test_locked_cell_points_and_tags_come_from_the_release(toy):
    def cheat(notebook):
        cell(notebook, "test").source = "1 + 1"
        cell(notebook, "test").metadata.nbgrader.points = 100
        cell(notebook, "setup").source = "import os"
        cell(notebook, "double").metadata["tags"] = ["experiment"]
        answered(notebook)

    edit(toy, cheat)
    result = merged(toy)
    graded = cell(result.notebooks["toy"], "test")
    assert graded.source == 'check("toy.double")' and graded.metadata.nbgrader.points == 5
    assert sources(result) == ["import numpy as np", ANSWER]
    assert kinds(result).count("replaced") == 3
    assert any(
        (note.cell, note.reason) == ("test", "points had been changed; what was given out counts")
        for note in result.notes
    )


def test_missing_cells_come_back_in_their_place(toy):
    edit(toy, lambda notebook: notebook.cells.__delitem__(slice(1, 4)))
    result = merged(toy)
    assert [cell.id for cell in result.notebooks["toy"].cells] == [
        "intro",
        "setup",
        "double",
        "test",
        "plot",
        "why",
    ]
    (note,) = [note for note in result.notes if note.kind == "restored"]
    assert (
        note.reason
        == "3 cells were missing, and were put back as they had been given out: setup, double, test"
    )


def test_one_missing_cell_is_named_once(toy):
    edit(toy, lambda notebook: notebook.cells.__delitem__(2))
    (note,) = [note for note in merged(toy).notes if note.kind == "restored"]
    assert (note.cell, note.reason) == ("double", "was missing; it was put back, as it was given out")


@pytest.mark.parametrize("written", [0, 1])
def test_of_two_copies_of_an_answer_the_written_one_counts(toy, written):
    def copy(notebook):
        original = cell(notebook, "double")
        twin = new_code_cell(original.source, id="twin", metadata=original.metadata)
        (original, twin)[written].source = ANSWER
        notebook.cells.insert(3, twin)

    edit(toy, copy)
    result = merged(toy)
    assert ANSWER in sources(result)
    assert "duplicate" in kinds(result)
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in result.notebooks["toy"].cells]
    assert names.count("double") == 1


def test_own_cells_run_in_their_place_and_experiments_do_not(toy):
    def add(notebook):
        answered(notebook)
        notebook.cells.insert(2, new_code_cell("helper = 1", id="mine"))
        cell(notebook, "plot").source = "train_for_hours()"

    edit(toy, add)
    assert sources(merged(toy)) == ["import numpy as np", "helper = 1", ANSWER]


def test_own_cell_with_a_staff_cells_metadata_does_not_stand_for_it(toy):
    def add(notebook):
        notebook.cells.append(
            new_code_cell("x", id="fake", metadata={"tags": ["setup"], "labkit": {"added": False}})
        )

    edit(toy, add)
    result = merged(toy)
    assert [run.origin for run in result.run_cells("toy")] == ["setup", "solution", "added"]


@pytest.mark.parametrize("name", ["toy (1).ipynb", "TOY.ipynb", "final/v2/my toys.ipynb", "hw0/toy.ipynb"])
def test_renamed_or_nested_notebook_is_found(toy, name):
    edit(toy, answered)
    target = toy.submission / name
    target.parent.mkdir(parents=True, exist_ok=True)
    (toy.submission / "toy.ipynb").rename(target)
    result = merged(toy)
    assert ANSWER in sources(result)
    assert ("renamed", name) in [(note.kind, note.file) for note in result.notes]


@pytest.mark.parametrize(
    "saved", ["{} (1){}", "{}(2){}", "{}{}.txt", "{}{}.json", "{} (3){}.txt", "{}{} (1).txt"]
)
@pytest.mark.parametrize("name", ["toy.ipynb", "nndl/toy.py", "toy_best.npz"])
def test_file_that_was_saved_under_another_name_is_taken(toy, name, saved):
    """By a browser that had one already, or took it for text; Windows hides the ending."""
    edit(toy, answered)
    (toy.submission / "nndl/toy.py").write_text("mine = 1\n")
    np.savez(toy.submission / "toy_best.npz", w=[1.0])
    path = toy.submission / name
    other = path.with_name(saved.format(path.stem, path.suffix))
    path.rename(other)
    (toy.submission / "notes.txt").write_text("Hello.")
    result = merged(toy)
    assert ANSWER in sources(result)
    assert (toy.merged / "nndl/toy.py").read_text() == "mine = 1\n" and (
        toy.merged / "toy_best.npz"
    ).is_file()
    assert [(note.kind, note.reason) for note in result.notes] == [("renamed", f"was taken for {name}")]


def test_of_files_with_numbers_the_plain_one_counts_else_the_last(toy):
    for name in ("toy (2).py", "toy (10).py", "toy.py.txt"):
        (toy.submission / "nndl" / name).write_text(f"mine = {name!r}\n")
    ignored = {note.file for note in merged(toy).notes if note.kind == "ignored"}
    assert ignored == {f"nndl/{name}" for name in ("toy (2).py", "toy (10).py", "toy.py.txt")}
    (toy.submission / "nndl/toy.py").unlink()
    merged(toy)
    assert (toy.merged / "nndl/toy.py").read_text() == "mine = 'toy (10).py'\n"


def whole(toy, folder):
    """Put all that was handed in, the release with labkit and the guide, into a folder."""
    for name, text in {"README.md": "# hw0", "labkit/x.py": "x", "checks/toy.py": "y"}.items():
        for place in (toy.submission, toy.release):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(text)
    inside = toy.submission / folder
    moved = list(toy.submission.iterdir())
    inside.mkdir(parents=True)
    for path in moved:
        path.rename(inside / path.name)
    return inside


@pytest.mark.parametrize("folder", ["hw0", "my work/hw0"])
def test_nothing_is_said_about_a_whole_folder(toy, folder):
    edit(toy, answered)
    inside = whole(toy, folder)
    (inside / "nndl" / "toy.py").write_text("mine = 1\n")
    (toy.submission / "report.pdf").write_text("p")
    result = merged(toy)
    assert ANSWER in sources(result) and (toy.merged / "nndl" / "toy.py").read_text() == "mine = 1\n"
    assert [(note.kind, note.file) for note in result.notes] == [("ignored", "report.pdf")]


def test_what_is_renamed_changed_or_unknown_in_a_whole_folder_is_named(toy):
    inside = whole(toy, "hw0")
    (inside / "toy.ipynb").rename(inside / "toy (1).ipynb")
    (inside / "checks" / "toy.py").write_text("pass")
    (inside / "mine.py").write_text("x")
    notes = {(note.kind, note.file) for note in merged(toy).notes}
    assert notes == {("renamed", "toy (1).ipynb"), ("replaced", "checks/toy.py"), ("ignored", "mine.py")}


def test_nothing_is_said_about_copies_of_what_was_given_out(toy):
    whole(toy, "hw0")
    (toy.submission / "toy.ipynb").write_bytes((toy.submission / "hw0" / "toy.ipynb").read_bytes())
    assert [note.file for note in merged(toy).notes] == ["hw0/nndl/toy.py"]  # renamed


def test_nested_module_is_found(toy):
    (toy.submission / "nndl" / "toy.py").rename(toy.submission / "toy.py")
    (toy.submission / "toy.py").write_text("mine = 1\n")
    merged(toy)
    assert (toy.merged / "nndl" / "toy.py").read_text() == "mine = 1\n"


def test_missing_files_count_as_the_scaffold_and_are_named(toy):
    (toy.submission / "toy.ipynb").unlink()
    (toy.submission / "nndl" / "toy.py").unlink()
    result = merged(toy)
    assert result.present == ()
    assert "NotImplementedError" in (toy.merged / "nndl" / "toy.py").read_text()
    assert {note.file for note in result.notes if note.kind == "missing"} >= {"toy.ipynb", "nndl/toy.py"}


def test_links_are_refused_not_followed(toy, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1\n")
    (toy.submission / "nndl" / "toy.py").unlink()
    (toy.submission / "nndl" / "toy.py").symlink_to(secret)
    (toy.submission / "everything").symlink_to("/")
    result = merged(toy)
    assert "SECRET" not in (toy.merged / "nndl" / "toy.py").read_text()
    assert sum("link" in note.reason for note in result.notes) == 2


def test_pipes_and_huge_files_are_refused(toy):
    os.mkfifo(toy.submission / "pipe.ipynb")
    with (toy.submission / "nndl" / "toy.py").open("wb") as file:
        file.truncate(5_000_000)
    result = merged(toy)
    assert any("plain file" in note.reason for note in result.notes)
    assert any("5 MB" in note.reason for note in result.notes)


def test_truncated_notebook_gives_the_cells_before_the_break(toy):
    edit(toy, answered)
    path = toy.submission / "toy.ipynb"
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b'"id": "plot"')])
    result = merged(toy)
    assert ANSWER in sources(result)
    assert any("damaged" in note.reason for note in result.notes)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe\x00",
        b"not json",
        b"[]",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": ' + b"[" * 100_000,
    ],
    ids=["empty", "nulls", "bytes", "text", "list", "object", "number", "deep"],
)
def test_garbage_is_named_and_counts_as_empty(toy, content):
    (toy.submission / "toy.ipynb").write_bytes(content)
    result = merged(toy)
    assert any(note.kind == "unreadable" and note.file == "toy.ipynb" for note in result.notes)
    assert len(result.notebooks["toy"].cells) == 6


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(toy, encoding):
    path = toy.submission / "toy.ipynb"
    data = json.loads(path.read_text())
    data["cells"][2]["source"] = ANSWER + "# größer\n"
    path.write_bytes(json.dumps(data, ensure_ascii=False).encode(encoding))
    assert "größer" in sources(merged(toy))[1]


def test_notebook_format_3_is_converted(toy):
    old = nbformat.convert(nbformat.read(toy.submission / "toy.ipynb", as_version=4), 3)
    (toy.submission / "toy.ipynb").write_text(json.dumps(old))
    assert any("old notebook format" in note.reason for note in merged(toy).notes)


def test_outputs_keep_text_and_pictures_only(toy):
    def fill(notebook):
        cell(notebook, "double").outputs = [
            nbformat.v4.new_output(
                "display_data", data={"text/html": "<script>", "text/plain": "shown", "image/png": "iVBOR"}
            ),
            nbformat.v4.new_output("stream", text="x" * 3_000_000),
        ]

    edit(toy, fill)
    result = merged(toy)
    outputs = cell(result.notebooks["toy"], "double").outputs
    assert set(outputs[0].data) == {"text/plain", "image/png"}
    assert "cut" in outputs[-1].text and len(json.dumps(outputs)) < 2_100_000


def test_an_archive_in_the_submission_is_not_opened(toy):
    with zipfile.ZipFile(toy.submission / "toy.zip", "w") as archive:
        archive.writestr("nndl/toy.py", "mine = 1")
    assert any(note.file == "toy.zip" and note.kind == "ignored" for note in merged(toy).notes)


@pytest.mark.parametrize("name", ["toy.tar.gz", "toy.TGZ", "toy.7z", "hw0/toy.rar", "toy.zip"])
def test_an_archive_in_the_place_of_the_files_is_named_with_what_to_do(toy, name):
    (toy.submission / "toy.ipynb").unlink()
    (toy.submission / name).parent.mkdir(exist_ok=True)
    (toy.submission / name).write_bytes(b"packed")
    (note,) = [note for note in merged(toy).notes if note.file == name]
    assert (
        note.kind == "unreadable" and "not unpacked" in note.reason and "the files themselves" in note.reason
    )


def test_digest_follows_what_counts(toy):
    first = merged(toy).digest
    (toy.submission / "notes.txt").write_text("hello")
    assert merged(toy).digest == first
    (toy.submission / "nndl" / "toy.py").write_text("mine = 1\n")
    assert merged(toy).digest != first


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 3]), "source": JSON},
    optional={"metadata": JSON | st.fixed_dictionaries({"nbgrader": JSON}), "outputs": JSON, "id": JSON},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELL | JSON, max_size=6))
def test_any_structure_of_cells_merges(toy, cells):
    (toy.submission / "toy.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    result = merged(toy)
    nbformat.validate(result.notebooks["toy"])
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in result.notebooks["toy"].cells]
    assert [name for name in names if name] == ["setup", "double", "toy-double", "toy-why"]


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_notebook_or_unreadable(data):
    try:
        notebook, _ = parse(data)
    except Unreadable:
        return
    nbformat.validate(notebook)

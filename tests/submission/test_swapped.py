"""Files that hold what belongs into another file of the homework are taken for that one, where it is clear."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from autograder.submission import merge
from autograder.submission.notebook import grade_id
from labkit.handin.swapped import moves, others

RELEASE = Path(__file__).parents[2] / "assignments" / "hw4"
LAYERS, OPTIM, NET = "nndl/layers.py", "nndl/optim.py", "nndl/fc_net.py"


@pytest.fixture
def hw4(tmp_path):
    """A submission of homework 4: a mark of its own in every answer and every module."""
    folder = tmp_path / "hw4"
    names = ("initialization", "batchnorm", "dropout", "optimizers")
    edit = ("nndl/initialization.py", LAYERS, "nndl/layer_utils.py", NET, OPTIM)
    for name in names:
        notebook = nbformat.read(RELEASE / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = f"# answer to {grade_id(cell)}"
        folder.mkdir(exist_ok=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "nndl").mkdir()
    for name in edit:
        (folder / name).write_text(f"# my {name}\n{(RELEASE / name).read_text()}")
    return SimpleNamespace(
        folder=folder, out=tmp_path / "merged", homework=SimpleNamespace(name="hw4", notebooks=names, edit=edit, keep=())
    )  # fmt: skip


def merged(hw4):
    hw4.out.mkdir()
    return merge(hw4.folder, hw4.homework, RELEASE, hw4.out)


def answered(result, name):
    cells = [
        cell for cell in result.notebooks[name].cells if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    return bool(cells) and all(cell.source == f"# answer to {grade_id(cell)}" for cell in cells)


def swap(folder, one, other):
    (folder / one).rename(folder / "spare")
    (folder / other).rename(folder / one)
    (folder / "spare").rename(folder / other)


def notes(result):
    return {(note.kind, note.file, note.reason) for note in result.notes}


def test_nothing_is_said_where_every_file_is_itself(hw4):
    assert not merged(hw4).notes


def test_swapped_notebooks_keep_their_answers(hw4):
    swap(hw4.folder, "dropout.ipynb", "optimizers.ipynb")
    result = merged(hw4)
    assert all(answered(result, name) for name in hw4.homework.notebooks)
    assert result.present == hw4.homework.notebooks
    assert notes(result) == {
        ("renamed", "dropout.ipynb", "holds the cells of optimizers.ipynb, and was taken for it"),
        ("renamed", "optimizers.ipynb", "holds the cells of dropout.ipynb, and was taken for it"),
    }


def test_notebook_saved_under_the_name_of_another_leaves_room_for_that_one(hw4):
    (hw4.folder / "dropout.ipynb").rename(hw4.folder / "dropout (1).ipynb")
    (hw4.folder / "optimizers.ipynb").rename(hw4.folder / "dropout.ipynb")
    result = merged(hw4)
    assert answered(result, "dropout") and answered(result, "optimizers")
    assert {note.file for note in result.notes} == {"dropout.ipynb", "dropout (1).ipynb"}


def test_notebook_that_is_there_twice_and_another_that_is_not_are_named(hw4):
    shutil.copy(hw4.folder / "optimizers.ipynb", hw4.folder / "dropout.ipynb")
    result = merged(hw4)
    assert answered(result, "optimizers") and not answered(result, "dropout")
    assert any(
        "holds the cells of optimizers.ipynb" in note.reason and "as well" in note.reason
        for note in result.notes
    )


def test_swapped_modules_are_taken_for_each_other(hw4):
    swap(hw4.folder, LAYERS, OPTIM)
    result = merged(hw4)
    for name in (LAYERS, OPTIM):
        assert (hw4.out / name).read_text().startswith(f"# my {name}\n")
    assert notes(result) == {
        ("renamed", LAYERS, f"holds the parts of {OPTIM}, and was taken for it"),
        ("renamed", OPTIM, f"holds the parts of {LAYERS}, and was taken for it"),
    }


def test_module_with_the_parts_of_another_besides_its_own_is_itself(hw4):
    text = (hw4.folder / NET).read_text() + (hw4.folder / LAYERS).read_text()
    (hw4.folder / NET).write_text(text)
    (hw4.folder / LAYERS).unlink()
    result = merged(hw4)
    assert (hw4.out / NET).read_text() == text
    assert [(note.kind, note.file) for note in result.notes] == [("missing", LAYERS)]


def test_module_that_is_there_twice_is_named(hw4):
    shutil.copy(hw4.folder / OPTIM, hw4.folder / LAYERS)
    result = merged(hw4)
    assert (hw4.out / OPTIM).read_text().startswith(f"# my {OPTIM}\n")
    (note,) = result.notes
    assert note.file == LAYERS and f"holds the parts of {OPTIM}" in note.reason


def test_three_files_in_a_circle_are_moved_and_a_chain_that_ends_at_one_that_stays_is_not():
    given_out = {name: {f"{name}{number}" for number in range(4)} for name in "abcd"}
    circle = {"a": given_out["b"], "b": given_out["c"], "c": given_out["a"], "d": given_out["d"]}
    assert moves(others(circle, given_out), set(circle)) == {"a": "b", "b": "c", "c": "a"}
    chain = {"a": given_out["b"], "b": given_out["c"], "c": given_out["c"]}
    assert moves(others(chain, given_out), set(chain)) == {}
    two = {"a": given_out["c"], "b": given_out["c"]}
    assert moves(others(two, given_out), set(two)) == {"a": "c"}

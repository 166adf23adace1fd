"""Files that were saved under each other's names are printed with the questions that they answer, as they are graded."""

import json
import shutil
from pathlib import Path

import pytest
from printed import Printed

from labkit.printing.plan import read_plan
from labkit.printing.printer import Printer

RELEASE = Path(__file__).parents[2] / "assignments" / "hw2"
MINE = "return 'an answer of mine'"


@pytest.fixture
def folder(tmp_path):
    """A submission of homework 2: an answer in its first notebook, and one in its first module."""
    folder = tmp_path / "hw2"
    shutil.copytree(RELEASE, folder, ignore=shutil.ignore_patterns("checks", "labkit"))
    notebook = json.loads((folder / "knn.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "knn-question-root":
            cell["source"] = "### Question 3\n\nAn answer of mine."
    (folder / "knn.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    module = folder / "nndl/knn.py"
    stub = 'raise NotImplementedError("knn.predict_labels")'
    module.write_text(module.read_text(encoding="utf-8").replace(stub, MINE), encoding="utf-8")
    return folder


@pytest.fixture
def print_hw2(folder, tmp_path):
    def run():
        out = tmp_path / "ada.pdf"
        return Printed(Printer(read_plan(RELEASE)).print(folder, "ada", out), out)

    return run


def swap(folder, one, other):
    (folder / one).rename(folder / "spare")
    (folder / other).rename(folder / one)
    (folder / "spare").rename(folder / other)


def test_swapped_notebooks_and_modules_stand_where_they_belong(folder, print_hw2):
    plain = print_hw2()
    assert "An answer of mine." in plain.text and "an answer of mine'" in plain.text
    swap(folder, "knn.ipynb", "softmax.ipynb")
    swap(folder, "nndl/knn.py", "nndl/softmax.py")
    swapped = print_hw2()
    assert [title for title, _ in swapped.outline] == [title for title, _ in plain.outline]
    for name, other in (("knn", "softmax"), ("softmax", "knn")):
        assert f"{name}.ipynb was handed in as {other}.ipynb" in swapped.problems
        assert f"nndl/{name}.py was handed in as nndl/{other}.py" in swapped.problems
    assert "not in the notebook" not in swapped.text and "an answer of mine'" in swapped.text


def test_notebook_over_another_is_pointed_out(folder, print_hw2):
    shutil.copy(folder / "knn.ipynb", folder / "softmax.ipynb")
    printed = print_hw2()
    assert (
        "softmax.ipynb holds the cells of knn.ipynb, and knn.ipynb was handed in as well" in printed.problems
    )


def test_notebook_under_the_others_name_alone_is_printed_once(folder, print_hw2):
    (folder / "knn.ipynb").replace(folder / "softmax.ipynb")
    printed = print_hw2()
    assert "knn.ipynb was handed in as softmax.ipynb" in printed.problems
    assert "softmax.ipynb was not handed in" in printed.problems
    assert printed.text.count("An answer of mine.") == 1

"""Staff are told of code that no homework needs, and of no honest code."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from autograder.submission import merge
from autograder.submission.suspicion import MOST, suspicions

ROOT = Path(__file__).parents[2]
HONEST = sorted(
    path for kind in ("modules", "cells") for path in ROOT.glob(f"samples/*/{kind}/*/*.py")
) + sorted(ROOT.glob("solutions/*/nndl/*.py"))


@pytest.mark.parametrize(
    ("code", "remark"),
    [
        ("import numpy as np\nnp.allclose = lambda *a: True", "line 2 changes numpy.allclose"),
        ("import numpy.testing\nsetattr(numpy.testing, 'x', 1)", "line 2 changes numpy.testing"),
        ("from labkit import checks\nchecks.run.x = 1", "line 2 changes labkit.checks.run.x"),
        ("import sys\nsys.modules['numpy'] = None", "line 2 changes sys.modules"),
        ("import ctypes", "line 1 imports ctypes"),
        ("from socket import socket", "line 1 imports socket"),
        ("import os\nos._exit(0)", "line 2 uses os._exit"),
        ("import sys\nsys._getframe()", "line 2 uses sys._getframe"),
        ("open('/proc/self/environ')", "line 1 names '/proc/self/environ'"),
        ("x = '../../gradebook.db'", "line 1 names '../../gradebook.db'"),
        ("class A(np.ndarray): pass", "line 1 derives A from ndarray"),
        ("class A:\n    def __array__(self): pass", "line 1 gives A __array__"),
        ("%matplotlib inline\nget_ipython().events.register(1)", "line 2 uses events"),
        ("__import__('o' + 's')", "line 1 calls __import__"),
    ],
)
def test_odd_constructs_are_named_with_their_line(code, remark):
    assert remark in suspicions(code)


@pytest.mark.parametrize("code", ["def f(:", "x = " + "(" * 5000, "\0", "", "%%html\n<b>", "?np", "ls -l"])
def test_code_that_cannot_be_parsed_has_no_remarks(code):
    assert suspicions(code) == ()


def test_honest_code_right_or_wrong_has_no_remarks():
    remarks = {path.name: suspicions(path.read_text(encoding="utf-8")) for path in HONEST}
    assert len(remarks) > 500 and not any(remarks.values())


def test_remarks_are_few():
    found = suspicions("import ctypes\n" * 50)
    assert len(found) == MOST + 1 and found[-1] == f"{50 - MOST} more"


def test_staff_are_told_of_modules_and_cells_and_students_are_not(toy):
    (toy.submission / "nndl" / "toy.py").write_text("import ctypes\n")
    notebook = nbformat.read(toy.submission / "toy.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import socket"))
    nbformat.write(notebook, toy.submission / "toy.ipynb")
    alerts = merge(toy.submission, toy.homework, toy.release, toy.merged).alerts()
    told = {(note.kind, note.file, note.reason) for note in alerts}
    assert ("alert", "nndl/toy.py", "line 1 imports ctypes: look at it") in told
    assert ("alert", "toy.ipynb", "line 1 imports socket: look at it") in told


def test_threads_do_not_disturb_each_other():
    nested = "x = " + "(" * 60 + "1" + " + 1)" * 60 + "\nimport ctypes\n"
    source = "\n".join([nested] * 40)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(suspicions, [source] * 64))
    assert all(len(each) > 0 for each in found)

"""Staff are told of code that no homework needs, and of no honest code."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from autograder.submission import Merged, merge
from autograder.submission.merge import MOST_ALERTS
from autograder.submission.suspicion import MOST, suspicions, suspicions_of_module

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
        ("class A(list):\n    def __len__(self): return 3", "line 1 derives A from list"),
        ("class A:\n    def __array__(self): pass", "line 1 gives A __array__"),
        ("%matplotlib inline\nget_ipython().events.register(1)", "line 2 uses events"),
        ("__import__('o' + 's')", "line 1 calls __import__"),
        ("exec(bytes.fromhex('696d'))", "line 1 calls exec"),
        ("eval('__imp' + 'ort__')('os')", "line 1 calls eval"),
        ("import numpy as np\nq = np\nq.sum = None", "line 3 changes numpy.sum"),
        ("import numpy as np\nnp.__dict__.update(sum=1)", "line 2 uses numpy.__dict__"),
        ("import numpy as np\nvars(np)['sum'] = None", "line 2 uses vars(numpy)"),
        ("from sys import modules\nmodules['os']", "line 1 imports sys.modules"),
        ("from os import _exit as done\ndone(0)", "line 1 imports os._exit"),
        ("from importlib import import_module as f\nf('os')", "line 2 calls importlib.import_module"),
        ("files = !ls\n?np\nnp.sum?\nimport ctypes", "line 4 imports ctypes"),
        ("!ls\rimport ctypes", "line 2 imports ctypes"),
        ("%time import ctypes", "line 1 imports ctypes"),
        ("x = 1\n  $\nimport ctypes", "cannot be parsed, and holds 'import ctypes'"),
        ("x = " + "-" * 50_000 + "1", "cannot be parsed, and was not looked through"),
    ],
)
def test_odd_constructs_are_named_with_their_line(code, remark):
    assert remark in suspicions(code)


@pytest.mark.parametrize(
    "code", ["def f(:", "x = " + "(" * 5000, "\0", "", "%%html\n<b>", "?np", "ls -l", "x = (7\n % 4)"]
)
def test_code_that_cannot_be_parsed_has_no_remarks(code):
    assert suspicions(code) == ()


LONG = """
from autograder.submission.suspicion import suspicions, suspicions_of_module
for part in ("\\n", " ", "\\t", " \\n", "\\r", "a", "a ", "a.", "a=", "a, ", "%", "!", "?", "?\\n", "a?", "%time ", "import ", "#coding", f"b{'.c' * 900}\\n"):
    text, quote = part * (150_000 // len(part)), "'" * 3
    suspicions(f"x = 1\\n{text}")
    suspicions(f"x = 1\\n$\\n{text}\\n")
    suspicions(f"x = {quote}{text}{quote}")
    suspicions_of_module(f"#{text}".encode())
"""


def test_no_text_takes_long():
    subprocess.run([sys.executable, "-c", LONG], check=True, timeout=120)  # one of them took hours


@pytest.mark.parametrize(
    ("content", "remarks"),
    [
        (b"# coding: unicode_escape\n\\u0069mport ctypes", "declares the encoding unicode_escape, and was not looked through"),
        (b"#\r# coding: utf-7\r+AGk-mport ctypes", "declares the encoding utf-7, and was not looked through"),
        (b"# coding: mine\n", "declares the encoding mine, and was not looked through"),
        (b"# coding: latin-1\nimport ctypes  # \xe9", "line 2 imports ctypes"),
        (b"\xef\xbb\xbfimport ctypes", "line 1 imports ctypes"),
        (b"x = 1\n# encoding: one-hot", ""),
        (b"# caf\xe9", ""),
    ],
)  # fmt: skip
def test_modules_are_read_as_python_reads_them(content, remarks):
    assert suspicions_of_module(content) == ((remarks,) if remarks else ())


def test_honest_code_right_or_wrong_has_no_remarks():
    remarks = {path.name: suspicions(path.read_text(encoding="utf-8")) for path in HONEST}
    assert len(remarks) > 500 and not any(remarks.values())


def test_remarks_are_few():
    found = suspicions("import ctypes\n" * 50)
    assert len(found) == MOST + 1 and found[-1] == f"{50 - MOST} more"


def with_cells(toy, *sources):
    notebook = nbformat.read(toy.submission / "toy.ipynb", as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, toy.submission / "toy.ipynb")
    return list(merge(toy.submission, toy.homework, toy.release, toy.merged).alerts())


def test_code_without_end_is_not_looked_through_and_staff_are_told(toy, monkeypatch):
    monkeypatch.setattr(sys.modules[Merged.__module__], "MOST_CODE", 5000)
    (alert,) = with_cells(toy, *["x = [" + "a.b.c," * 200 + "]"] * 30, "import ctypes")
    assert alert.file == "toy.ipynb" and "more code than is looked through" in alert.reason


def test_alerts_about_one_file_are_few(toy, monkeypatch):
    looked = []
    monkeypatch.setattr(
        sys.modules[Merged.__module__], "suspicions", lambda code: looked.append(code) or suspicions(code)
    )
    assert len(with_cells(toy, *["import ctypes"] * 50)) == MOST_ALERTS
    assert len(looked) < 20


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

"""A tiny homework to check."""

import textwrap

import pytest

MODULE = """
import numpy as np

def double(x):
    # --- toy.double ---
    # YOUR CODE HERE
    raise NotImplementedError("toy.double")

def triple(x):
    return 3 * double(x) / 2
"""
CHECKS = '''
import numpy as np
from labkit.checks import check, expect

@check("toy.double", hint="Which factor?")
def values(student, rng):
    """Twice the values"""
    x = rng.standard_normal((4, 3))
    expect.close("doubled", student.toy.double(x), x + x)

@check("toy.double", weight=3)
def arguments(student, rng):
    """Arguments stay as they are"""
    expect.unchanged(student, student.toy.double, x=rng.standard_normal(5))

@check("toy.triple", after="toy.double")
def thrice(student, rng):
    """Three times the values"""
    x = rng.standard_normal(4)
    expect.close("tripled", student.toy.triple(x), x + x + x)

@check("toy.answer")
def answer(student, rng):
    """The answer to everything"""
    expect.number("answer", student.notebook.answer(), 42)
'''


class Toy:
    def __init__(self, folder):
        self.folder = folder
        self.module = folder / "nndl" / "toy.py"

    def write(self, body):
        source = MODULE.replace('    # YOUR CODE HERE\n    raise NotImplementedError("toy.double")\n', body)
        self.module.write_text(source, encoding="utf-8")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    folder = tmp_path / "hw0"
    for name in ("nndl", "checks"):
        (folder / name).mkdir(parents=True)
    (folder / "homework.toml").write_text('name = "hw0"\n')
    (folder / "nndl" / "__init__.py").write_text("")
    (folder / "nndl" / "toy.py").write_text(MODULE, encoding="utf-8")
    (folder / "checks" / "toy.py").write_text(textwrap.dedent(CHECKS), encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    return Toy(folder)

"""A sandbox shared by the tests, and submissions to run in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import Attack

from autograder.sandbox import CellOutcome, Limits, Sandbox, Walls, Worker

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

MODULE = """
import numpy as np


class Model:
    def __init__(self, scale=1.0):
        self.scale = scale
        self.W = np.arange(6.0).reshape(2, 3)
        self.history = [1.0, [2.0, 3.0], {"loss": 4.0}]

    def scores(self, X):
        return self.scale * X @ self.W.T

    def broken(self):
        return helper(self)

    def empty(self):
        raise NotImplementedError("model.empty")


def helper(model):
    return 1 / (model.scale - model.scale)


def same(*args, **kwargs):
    return args, kwargs


def echo(value):
    return value


def draw(rng):
    return rng.standard_normal(4)


def double(array):
    array *= 2
    return array


def apply(function, value):
    return function(value)


def count():
    yield from range(5)


def forever():
    while True:
        yield 1
"""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    os.environ["AUTOGRADER_TEST_TOKEN"] = "secret"
    with Sandbox(limits=Limits(memory_mb=1024, cpu_seconds=60, file_mb=32)) as one:
        yield one


@pytest.fixture(scope="session")
def submission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("submission")
    (folder / "nndl").mkdir()
    (folder / "nndl" / "model.py").write_text(MODULE)
    (folder / "nndl" / "typo.py").write_text("x = 1\ndef f(:\n    pass\n")
    (folder / "nndl" / "needs.py").write_text("import nothing_like_this\n")
    return folder


@pytest.fixture
def worker(sandbox: Sandbox, submission: Path) -> Iterator[Worker]:
    with sandbox.worker(submission, ("model", "typo", "needs", "absent")) as one:
        yield one


@pytest.fixture
def attack(sandbox: Sandbox, submission: Path) -> Iterator[Attack]:
    """Runs a cell in a worker with only some walls, by default all."""
    workers = []

    def run(source: str, seconds: float = 5, limits: Limits | None = None, **walls: bool) -> CellOutcome:
        chosen = Walls(**{name: walls.get(name, not walls) for name in Walls.__dataclass_fields__})
        workers.append(sandbox.worker(submission, limits=limits, walls=chosen))
        return workers[-1].run_cell("attack", source, seconds)

    yield run
    for one in workers:
        one.close()

"""Checks: small functions, grouped into questions, each with a docstring for its title."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

CheckFunction = Callable[[Any, np.random.Generator], None]


class ChecksError(Exception):
    """A file of checks is broken, or a question is unknown. The message is for people."""


@dataclass(frozen=True)
class Check:
    """One check of a question.

    Attributes:
        question: dotted name of the question it counts for.
        name: name of the function.
        title: first line of its docstring.
        function: called with the student's work and a random generator.
        weight: how much it counts within the question.
        after: questions whose failure explains a failure of this one.
        hint: where a stuck student should look.
        seconds: processor time it may take in the judge.
        side: whether it tests a side condition, such as memory or arguments that must stay as they are.
        hidden: whether it is staff's only.
        gate: whether no check of its question counts unless this one passes.
    """

    question: str
    name: str
    title: str
    function: CheckFunction
    weight: float = 1.0
    after: tuple[str, ...] = ()
    hint: str | None = None
    seconds: float = 10.0
    side: bool = False
    hidden: bool = False
    gate: bool = False

    @property
    def on_file(self) -> bool:
        """Whether it judges a result file that a notebook saved, such as trained weights."""
        return "saved" in self.function.__code__.co_names


_collectors: list[list[Check]] = []


def check(
    question: str,
    *,
    weight: float = 1.0,
    after: str | Iterable[str] = (),
    hint: str | None = None,
    seconds: float = 10.0,
    side: bool = False,
    gate: bool = False,
) -> Callable[[CheckFunction], CheckFunction]:
    """Make a function a check of a question; its docstring's first line is the title.

    Args:
        question: dotted name, such as "softmax.loss".
        weight: how much it counts within its question, relative to the others.
        after: question or questions whose failure explains a failure here.
        hint: where to look when it fails; never the answer.
        seconds: processor time it may take in the judge.
        side: it tests a side condition, which nonsense can fulfil too: it counts as far as the question's
            other checks pass.
        gate: it tells an answer from a pretence, such as a numerical gradient instead of a derived one: the
            question's other checks count only if it passes.

    Raises:
        ChecksError: no docstring, or a weight or time that is not positive.
    """

    def register(function: CheckFunction) -> CheckFunction:
        title = (function.__doc__ or "").strip().splitlines()
        if not title:
            raise ChecksError(f"The check {function.__name__} of {question} needs a docstring: its title.")
        if weight <= 0 or seconds <= 0:
            raise ChecksError(f"The check {function.__name__} of {question}: weight and seconds must be > 0.")
        found = Check(
            question,
            function.__name__,
            title[0],
            function,
            weight,
            (after,) if isinstance(after, str) else tuple(after),
            hint,
            seconds,
            side,
            gate=gate,
        )
        if _collectors:
            _collectors[-1].append(found)
        return function

    return register


@contextmanager
def _collecting() -> Iterator[list[Check]]:
    _collectors.append([])
    try:
        yield _collectors[-1]
    finally:
        _collectors.pop()


def _run(path: Path, name: str) -> None:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def load_checks(folder: Path, *, hidden: bool = False) -> tuple[Check, ...]:
    """The checks in all Python files of a folder, in order of file name and of writing.

    Args:
        folder: for example `solutions/hw2/checks`.
        hidden: mark them as staff's only.

    Raises:
        ChecksError: a file does not run, or a question has two checks of one name.
    """
    found: list[Check] = []
    for path in sorted(folder.glob("*.py")):
        with _collecting() as collected:
            try:
                _run(path, f"labkit_{folder.name}_{path.stem}")
            except ChecksError:
                raise
            except Exception as error:
                raise ChecksError(
                    f"{path} does not load ({type(error).__name__}: {error}). "
                    "Restore it from the homework's zip file."
                ) from error
        found += [replace(one, hidden=hidden) for one in collected]
    names = [(one.question, one.name) for one in found]
    twice = sorted({f"{question}: {name}" for question, name in names if names.count((question, name)) > 1})
    if twice:
        raise ChecksError(f"{folder}: two checks have the same name: {', '.join(twice)}")
    return tuple(found)

"""What a check sees of a student's work: modules, notebook functions, saved files.

`LocalStudent` is the notebook's own process. The judge has a twin of it that speaks to a
sandboxed process; checks are written once and cannot tell the two apart.
"""

from __future__ import annotations

import builtins
import copy
import importlib
import itertools
import linecache
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from labkit.checks.kept import keep, kept_object, worth
from labkit.gradcheck.returned import type_name

PLAIN = (type(None), bool, int, float, complex, str, bytes)
VIEWS: Any = (type({}.keys()), type({}.values()), type({}.items()))
MAX_ITEMS = 100_000  # that a check gets of an object that it iterates; the judge's side has the same limit
Frame = tuple[str, int, str, str]
Where = Callable[[traceback.FrameSummary], str | None]
SYNTAX = ("SyntaxError", "IndentationError", "TabError")
CELL = re.compile(r"[a-z_0-9]+\.ipynb, cell .+")


class StudentError(Exception):
    """The student's code raised, ran out of time or memory, or is not there.

    Attributes:
        kind: "exception", "timeout", "memory", "crash", "exit", "wire", "missing" or "not written".
        error_type: name of the exception's class, or "" where there was none.
        message: the exception's message, or a sentence that says what happened.
        frames: the student's own frames, outermost first, as (file, line, function, code).
        bases: names of Python's own exceptions that the exception's class is one of.
    """

    def __init__(
        self,
        kind: str,
        error_type: str = "",
        message: str = "",
        frames: tuple[Frame, ...] = (),
        bases: tuple[str, ...] = (),
    ) -> None:
        if error_type in SYNTAX:  # its frame tells where
            message = re.sub(r" \([^()]*, line \d+\)$", "", message)
        super().__init__(f"{error_type}: {message}" if error_type else message)
        self.kind = kind
        self.error_type = error_type
        self.message = message
        self.frames = frames
        self.bases = bases


def bases(error: BaseException) -> tuple[str, ...]:
    """Names of Python's own exceptions that an exception is one of, its class's own first."""
    return tuple(base.__name__ for base in type(error).__mro__ if vars(builtins).get(base.__name__) is base)


class _Kept:
    """An array that is lent to the student's code, to be looked at afterwards."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = np.array(array)


def _unwrap(value: Any) -> Any:
    """What the student's code gets: its own objects, lent arrays, and copies of all others, containers too."""
    if isinstance(value, LocalObject):
        return object.__getattribute__(value, "_target")
    if isinstance(value, _Kept):
        return value.array
    value = kept_object(value)
    if type(value) is np.ndarray:
        return np.array(value)
    if type(value) in (tuple, list):
        return type(value)(_unwrap(item) for item in value)
    if type(value) is dict:
        return {key: _unwrap(item) for key, item in value.items()}
    return copy.deepcopy(value) if isinstance(value, np.random.Generator) else value


def _wrap(value: Any, where: Where) -> Any:
    """What the check gets: copies of arrays and of the containers around them, plain values, and everything else,
    containers in containers too, behind a `LocalObject`.
    """
    if isinstance(value, VIEWS):
        value = [*value]
    if isinstance(value, tuple | list):
        return (tuple if isinstance(value, tuple) else list)(_inside(item, where) for item in value)
    if isinstance(value, dict):
        return {key: _inside(item, where) for key, item in value.items()}
    return _inside(value, where)


def _inside(value: Any, where: Where) -> Any:
    if type(value) is np.ndarray:
        return np.array(value)
    if type(value) in PLAIN or isinstance(value, np.generic):
        return value
    plain = worth(value)
    return LocalObject(value, where) if plain is None else keep(value, plain)


class LocalObject:
    """A student's module, class, function, instance or cache; its failures become `StudentError`."""

    __array_ufunc__ = None

    def __init__(self, target: Any, where: Where) -> None:
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_where", where)

    def __student_type__(self) -> str:
        return type(self._target).__name__

    def __repr__(self) -> str:
        return _guarded(self._where, lambda: repr(self._target))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _wrap(_guarded(self._where, lambda: getattr(self._target, name), name), self._where)

    def __setattr__(self, name: str, value: Any) -> None:
        _guarded(self._where, lambda: setattr(self._target, name, _unwrap(value)))

    def __getitem__(self, key: Any) -> Any:
        return _wrap(_guarded(self._where, lambda: self._target[key]), self._where)

    def __setitem__(self, key: Any, value: Any) -> None:
        _guarded(self._where, lambda: self._target.__setitem__(_unwrap(key), _unwrap(value)))

    def __len__(self) -> int:
        return _guarded(self._where, lambda: len(self._target))

    def __bool__(self) -> bool:
        return _guarded(self._where, lambda: bool(self._target))

    def __iter__(self) -> Iterator[Any]:
        items = _guarded(self._where, lambda: _items(self._target))
        return iter([_inside(item, self._where) for item in items])

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise TypeError(f"the student's {type_name(self)} is no array")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        positional = [_unwrap(argument) for argument in args]
        named = {name: _unwrap(argument) for name, argument in kwargs.items()}
        return _wrap(_guarded(self._where, lambda: self._target(*positional, **named)), self._where)


def _items(target: Any) -> list[Any]:
    found = list(itertools.islice(target, MAX_ITEMS + 1))
    if len(found) > MAX_ITEMS:
        raise OverflowError(f"more than {MAX_ITEMS} items")
    return found


def _guarded(
    where: Where,
    action: Callable[[], Any],
    attribute: str | None = None,
) -> Any:
    try:
        return action()
    except StudentError:
        raise
    except NotImplementedError as error:
        raise StudentError("not written", "NotImplementedError", str(error), _frames(error, where)) from None
    except AttributeError as error:
        frames = _frames(error, where)
        kind = "missing" if attribute is not None and not frames else "exception"
        raise StudentError(kind, "AttributeError", str(error), frames) from None
    except MemoryError as error:
        raise StudentError("memory", "MemoryError", str(error), _frames(error, where)) from None
    except SystemExit as error:
        raise StudentError("exit", "SystemExit", str(error), _frames(error, where)) from None
    except Exception as error:
        raise StudentError(
            "exception", type(error).__name__, str(error) or repr(error), _frames(error, where), bases(error)
        ) from None


def _frames(error: BaseException, where: Where) -> tuple[Frame, ...]:
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        name = where(frame)
        if name is not None:
            found.append((name, frame.lineno or 0, frame.name, (frame.line or "").strip()))
    if isinstance(error, SyntaxError) and error.filename:
        name = where(traceback.FrameSummary(error.filename, error.lineno, "", lookup_line=False))
        if name is not None:
            found.append((name, error.lineno or 0, "", (error.text or "").strip()))
    return tuple(found[-6:])


class LocalStudent:
    """The student's work in this process.

    Args:
        folder: the homework's folder, with `nndl/` in it.
        namespace: the notebook's variables.
        load: imports a module of `nndl` by its short name, using what is on disk.
    """

    def __init__(
        self,
        folder: Path,
        namespace: Mapping[str, Any],
        load: Callable[[str], ModuleType] | None = None,
    ) -> None:
        self._folder = folder
        self._namespace = namespace
        self._load = load or (lambda name: importlib.import_module(f"nndl.{name}"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return LocalObject(_guarded(self._where, lambda: self._load(name)), self._where)

    @property
    def notebook(self) -> LocalObject:
        """The notebook's functions and variables."""
        return LocalObject(_Namespace(self._namespace), self._where)

    def keep(self, array: np.ndarray) -> Any:
        """Lend an array: pass the result as an argument, look at it with `value`."""
        return _Kept(array)

    def value(self, kept: Any) -> np.ndarray:
        """The present value of an array that was lent with `keep`."""
        return np.array(kept.array)

    def function(self, source: str) -> Any:
        """A function made from an expression, living beside the student's code (`np` is defined)."""
        return _wrap(eval(source, {"np": np}), self._where)

    def saved(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of an `.npz` file that the student's notebook saved.

        Raises:
            StudentError: the file is missing or is not a file of plain arrays.
        """
        path = self._folder / name
        if not path.is_file():
            raise StudentError("missing", message=f"There is no file {name} in {self._folder.name}/ yet.")
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files}
        except Exception as error:
            raise StudentError("missing", message=f"{name} cannot be read as arrays: {error}") from None

    def _where(self, frame: traceback.FrameSummary) -> str | None:
        path = Path(frame.filename)
        if path.is_relative_to(self._folder / "nndl"):
            return path.relative_to(self._folder).as_posix()
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input"):
            return "the notebook"
        if CELL.fullmatch(frame.filename):
            return frame.filename
        return None


def run_cell(student: LocalStudent, source: str, name: str, variables: dict[str, Any]) -> None:
    """Run a notebook's cell, which tracebacks call by this name, among the notebook's variables.

    Raises:
        StudentError: it raises something.
    """
    linecache.cache[name] = (len(source), None, [f"{line}\n" for line in source.splitlines()], name)
    _guarded(student._where, lambda: exec(compile(source, name, "exec"), variables))


class _Namespace:
    """Attribute access to a notebook's variables."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def __getattr__(self, name: str) -> Any:
        try:
            return self._variables[name]
        except KeyError:
            raise AttributeError(
                f"{name} is not defined in the notebook: run the cell that defines it, then this one again."
            ) from None

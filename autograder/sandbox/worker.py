"""The process in which student code runs: it does what the judge asks, one request at a time.

It holds the student's objects and nothing of the judge's: no expected value, no hidden check.
What student code does to this process (it may patch anything here) harms its own answers only:
every reply is decoded, bounded and timed on the judge's side.
"""

from __future__ import annotations

import builtins
import importlib
import itertools
import json
import linecache
import os
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from autograder.sandbox import messages as m
from autograder.sandbox import wire
from autograder.sandbox.cells import Notebooks, Output, Shell
from labkit.checks.student import bases

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # the functions below keep these, whatever student code redefines

_DICT_VIEWS: Any = (type({}.keys()), type({}.values()), type({}.items()))
_BIT_GENERATORS = {
    kind.__name__: kind
    for kind in (
        np.random.PCG64,
        np.random.PCG64DXSM,
        np.random.MT19937,
        np.random.Philox,
        np.random.SFC64,
    )
}


class _Missing(Exception):
    """Something that the judge asked for is not there."""


class _Namespace:
    """Attribute access to a notebook's variables."""

    def __init__(self, variables: dict[str, Any]) -> None:
        object.__setattr__(self, "_variables", variables)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._variables[name]
        except KeyError:
            raise AttributeError(f"{name} is not defined in the notebook") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._variables[name] = value


class Worker:
    """The student's side of the wire.

    Args:
        stream: the socket to the judge.
        folder: the submission, and the current directory.
        shell: what runs notebook cells.
        output_limit: characters of printed output kept per reply.
    """

    def __init__(self, stream: socket.socket, folder: Path, shell: Shell, output_limit: int) -> None:
        self._channel = wire.Channel(stream)
        self._folder = folder
        self._notebooks = Notebooks(shell)
        self._output = Output(min(output_limit, m.MAX_OUTPUT // 2))
        self._objects: dict[int, Any] = {}
        self._numbers = itertools.count(1)
        self._broken: dict[str, BaseException] = {}
        self._actions: dict[type, Callable[[Any], Any]] = {
            m.Module: self._module,
            m.Notebook: lambda op: _Namespace(self._notebooks.variables(op.name)),
            m.Cell: self._cell,
            m.Get: lambda op: getattr(self._objects[op.target], op.name),
            m.Set: lambda op: setattr(self._objects[op.target], op.name, self._argument(op.value)),
            m.Call: self._call,
            m.GetItem: lambda op: self._objects[op.target][self._argument(op.key)],
            m.SetItem: self._set_item,
            m.Len: lambda op: len(self._objects[op.target]),
            m.Truth: lambda op: bool(self._objects[op.target]),
            m.Iterate: self._iterate,
            m.Fetch: lambda op: self._objects[op.target],
            m.Function: lambda op: eval(op.source, {"np": np}),
            m.Saved: self._saved,
            m.Ping: lambda op: None,
        }

    def serve(self) -> NoReturn:
        """Answer requests until the judge is gone."""
        sys.stdout = sys.stderr = self._output
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        while True:
            request = m.decode_request(self._channel.receive())
            for number in request.drop:
                self._objects.pop(number, None)
            self._channel.send(self._answer(request))

    def _answer(self, request: m.Request) -> bytes:
        try:
            value, failure = self._perform(request.operation), None
        except BaseException as error:
            value, failure = None, self._failure(error, request.operation)
        text = self._output.take().encode("utf-8", "replace").decode("utf-8")
        reply = m.Reply(request.id, request.nonce, value, failure, text[: m.MAX_OUTPUT])
        return m.encode(reply)

    def _perform(self, operation: m.Operation) -> Any:
        if isinstance(operation, m.Keep):
            return self._hold(self._argument(operation.value))
        return self._value(self._actions[type(operation)](operation))

    # what the judge may ask for

    def _module(self, operation: m.Module) -> Any:
        name = f"nndl.{operation.name}"
        if name in self._broken:
            raise self._broken[name]
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name in (name, "nndl"):
                raise _Missing(f"there is no nndl/{operation.name}.py") from None
            self._broken[name] = error
            raise
        except BaseException as error:
            self._broken[name] = error
            raise

    def _cell(self, operation: m.Cell) -> None:
        error = self._notebooks.run(operation.notebook, operation.label, operation.source)
        if error is not None:
            raise error

    def _call(self, operation: m.Call) -> Any:
        args = [self._argument(argument) for argument in operation.args]
        kwargs = {name: self._argument(argument) for name, argument in operation.kwargs.items()}
        return self._objects[operation.target](*args, **kwargs)

    def _set_item(self, operation: m.SetItem) -> None:
        self._objects[operation.target][self._argument(operation.key)] = self._argument(operation.value)

    def _iterate(self, operation: m.Iterate) -> list[Any]:
        found = list(itertools.islice(self._objects[operation.target], m.MAX_ITEMS + 1))
        if len(found) > m.MAX_ITEMS:
            raise OverflowError(f"more than {m.MAX_ITEMS} items")
        return found

    def _saved(self, operation: m.Saved) -> dict[str, np.ndarray]:
        path = self._folder / operation.name
        if not path.is_file():
            raise _Missing(f"there is no file {operation.name}")
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files}
        except Exception as error:
            raise _Missing(f"{operation.name} cannot be read as arrays: {error}") from None

    # values

    def _hold(self, value: Any, room: int = 0) -> m.Handle:
        """The handle of an object that stays here, with what it is worth if there is room for that (in bytes)."""
        number = next(self._numbers)
        self._objects[number] = value
        name = type(value).__name__
        if isinstance(value, np.ndarray):
            name = f"{name} of {value.dtype}"
        return m.Handle(number, _capped(name, m.MAX_NAME), callable(value), _worth(value, room))

    def _value(self, value: Any) -> Any:
        packed = wire.pack_plain(value)
        if packed is not NotImplemented:
            return packed
        if isinstance(value, _DICT_VIEWS):
            value = [*value]
        if isinstance(value, tuple | list | dict) and len(value) <= m.MAX_ITEMS:
            return self._container(value)
        return self._hold(value, wire.MAX_ARRAY)

    def _container(self, value: Any) -> Any:
        if isinstance(value, dict):
            keys = [wire.pack_worth(key) for key in value]
            if len(keys) > m.MAX_KEYS or any(key is NotImplemented for key in keys):
                return self._hold(value)
            return m.Mapping(keys, self._items(value.values()))
        return m.Sequence("tuple" if isinstance(value, tuple) else "list", self._items(value))

    def _items(self, values: Any) -> list[Any]:
        room, items = wire.MAX_ARRAY, []
        for value in values:
            packed = wire.pack_plain(value) if _size(value) <= room else NotImplemented
            if packed is NotImplemented:
                packed = self._hold(value, room)
            array = packed.value if isinstance(packed, m.Handle) else packed
            if isinstance(array, m.Array):
                room -= len(array.data)
            items.append(packed)
        return items

    def _argument(self, message: Any) -> Any:
        if isinstance(message, m.Ref):
            return self._objects[message.id]
        if isinstance(message, m.ArgumentSequence):
            items = [self._argument(item) for item in message.items]
            return tuple(items) if message.kind == "tuple" else items
        if isinstance(message, m.ArgumentMapping):
            pairs = zip(message.keys, message.values, strict=True)
            return {self._argument(key): self._argument(value) for key, value in pairs}
        if isinstance(message, m.Generator):
            bits = _BIT_GENERATORS[message.name](0)
            bits.state = json.loads(message.state)
            return np.random.Generator(bits)
        if isinstance(message, m.Slice):
            return slice(*map(self._argument, (message.start, message.stop, message.step)))
        return ... if isinstance(message, m.Dots) else wire.unpack_plain(message)

    # errors

    def _failure(self, error: BaseException, operation: m.Operation) -> m.Failure:
        frames = self._frames(error)
        kind = type(error).__name__
        message = _capped(error, m.MAX_MESSAGE)
        if isinstance(error, _Missing):
            return m.Failure("missing", "", message)
        if isinstance(error, AttributeError) and isinstance(operation, m.Get) and not frames:
            return m.Failure("missing", kind, message)
        known: list[tuple[type[BaseException], Any]] = [
            (NotImplementedError, "not written"),
            (MemoryError, "memory"),
            (SystemExit, "exit"),
        ]
        sort: Any = next((name for base, name in known if isinstance(error, base)), "exception")
        own = [_capped(name, m.MAX_NAME) for name in bases(error)[: m.MAX_BASES]]
        return m.Failure(sort, _capped(kind, m.MAX_NAME), message, frames, own)

    def _frames(self, error: BaseException) -> list[tuple[str, int, str, str]]:
        found = []
        for frame, line in traceback.walk_tb(error.__traceback__):
            code = frame.f_code
            name = self._student_file(code.co_filename)
            if name is not None:
                found.append((name, line, code.co_name, linecache.getline(code.co_filename, line)))
        if isinstance(error, SyntaxError):
            name = self._student_file(error.filename or "")
            if name is not None:
                found.append((name, error.lineno or 0, "", error.text or ""))
        return [
            (
                _capped(name, m.MAX_NAME),
                max(0, line or 0),
                _capped(function, m.MAX_NAME),
                _capped(code.strip(), m.MAX_NAME),
            )
            for name, line, function, code in found[-m.MAX_FRAMES :]
        ]

    def _student_file(self, name: str) -> str | None:
        if name in self._notebooks.cell_names:
            return name
        prefix = f"{self._folder}{os.sep}"
        return Path(name[len(prefix) :]).as_posix() if name.startswith(prefix) else None


def _size(value: Any) -> int:
    return np.ndarray.nbytes.__get__(value) if isinstance(value, np.ndarray) else 0


def _worth(value: Any, room: int) -> Any:
    """What an object that stays here is worth as a plain value, or None."""
    if not room or _size(value) > room:
        return None
    packed = wire.pack_worth(value)
    return None if packed is NotImplemented else packed


def _capped(value: object, limit: int) -> str:
    try:
        text = str(value).encode("utf-8", "replace").decode("utf-8")
    except BaseException as error:
        text = f"(no text: {type(error).__name__})"
    return text if len(text) <= limit else text[: limit - 1] + "…"

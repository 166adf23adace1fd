"""The interface `student` for a student in a sandbox, as checks see it.

`RemoteStudent` and `RemoteObject` are twins of `labkit.checks.student.LocalStudent`: what a check
does to them is asked of the worker, values come back by value, and whatever goes wrong in student
code is raised as `StudentError`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.sandbox import messages as m
from autograder.sandbox import wire
from labkit.checks.kept import keep, kept_object
from labkit.checks.student import StudentError

_MAX_LENGTH = 10_000_000  # `list` makes room for as many
_DEPTH = 20  # of containers in an argument
_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_SHOWN_TYPES = ("dict", "function", "generator", "list", "object", "set", "str", "tuple", "type")

Ask = Callable[[m.Operation], Any]  # sends an operation; the decoded value, or StudentError
Drop = Callable[[int], None]  # says that a handle is no longer needed


class MissingError(StudentError, AttributeError):
    """A name that a student's module, notebook or object does not have."""


class NoLengthError(StudentError, TypeError):
    """An object of the student's without a length; `list` and `tuple` then go without."""


class RemoteObject:
    """An object on the student's side: attributes, calls, items, length and iteration are asked of the worker."""

    __slots__ = ("__weakref__", "_autograder_ask", "_autograder_drop", "_autograder_handle")
    __array_ufunc__ = None

    def __init__(self, handle: m.Handle, ask: Ask, drop: Drop) -> None:
        object.__setattr__(self, "_autograder_handle", handle)
        object.__setattr__(self, "_autograder_ask", ask)
        object.__setattr__(self, "_autograder_drop", drop)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_autograder_")):
            raise AttributeError(name)
        return self._autograder_ask(m.Get(self._autograder_handle.id, name))

    def __setattr__(self, name: str, value: Any) -> None:
        self._autograder_ask(m.Set(self._autograder_handle.id, name, pack_argument(value)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        positional = [pack_argument(argument) for argument in args]
        named = {name: pack_argument(argument) for name, argument in kwargs.items()}
        return self._autograder_ask(m.Call(self._autograder_handle.id, positional, named))

    def __getitem__(self, key: Any) -> Any:
        return self._autograder_ask(m.GetItem(self._autograder_handle.id, pack_argument(key)))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._autograder_ask(m.SetItem(self._autograder_handle.id, pack_argument(key), pack_argument(value)))

    def __len__(self) -> int:
        try:
            length = self._autograder_ask(m.Len(self._autograder_handle.id))
        except StudentError as error:
            if error.error_type != "TypeError":
                raise
            raise NoLengthError(error.kind, error.error_type, error.message, error.frames) from None
        if type(length) is not int or not 0 <= length <= _MAX_LENGTH:
            raise StudentError("wire", message=f"the length of an object is not one up to {_MAX_LENGTH}")
        return length

    def __bool__(self) -> bool:
        return self._autograder_ask(m.Truth(self._autograder_handle.id)) is True

    def __iter__(self) -> Iterator[Any]:
        items = self._autograder_ask(m.Iterate(self._autograder_handle.id))
        if not isinstance(items, list):
            raise StudentError("wire", message="iterating over an object gave no list")
        return iter(items)

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise TypeError(f"{self!r} is no array")

    def __reduce__(self) -> Any:
        raise TypeError("an object of the sandbox cannot be copied or stored")

    def __student_type__(self) -> str:
        kind = self._autograder_handle.type  # a name of the student's own could hold anything
        return kind if kind in _SHOWN_TYPES else "object of its own kind"

    def __repr__(self) -> str:
        return f"<the student's {self._autograder_handle.type}>"

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):
            self._autograder_drop(self._autograder_handle.id)


def _with_worth(there: RemoteObject, worth: Any) -> Any:
    value = wire.unpack_plain(worth)
    return keep(there, value) if type(value) in (np.ndarray, int, float, str) else there


def is_remote(value: object) -> bool:
    """Whether a value is an object that stayed on the student's side."""
    return type(value) is RemoteObject


def type_name(value: object) -> str:
    """The name of a value's type, for messages; for a remote object that of its type over there."""
    if isinstance(value, RemoteObject):
        return str(object.__getattribute__(value, "_autograder_handle").type)
    return type(value).__name__


class RemoteStudent:
    """A student's modules, notebook and saved files, behind the wire.

    Args:
        modules: the names of the modules of `nndl` that there are.
        notebook: the notebook whose namespace `student.notebook` is.
    """

    def __init__(self, modules: tuple[str, ...], notebook: str | None, ask: Ask) -> None:
        self._modules = modules
        self._notebook = notebook
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._modules:
            raise AttributeError(f"there is no module {name} in this homework (it has: {self._modules})")
        return self._object(m.Module(name))

    @property
    def notebook(self) -> Any:
        """The notebook's functions and variables."""
        if self._notebook is None:
            raise ValueError("no notebook was named for this check")
        return self._object(m.Notebook(self._notebook))

    def keep(self, array: Any) -> Any:
        """Lend a value: pass the result as an argument, look at it with `value`."""
        return self._object(m.Keep(pack_argument(array)))

    def value(self, kept: Any) -> Any:
        """The present value of what was lent with `keep`."""
        return self._ask(m.Fetch(_handle(kept).id))

    def function(self, source: str) -> Any:
        """A function made from an expression, living on the student's side (`np` is defined)."""
        return self._ask(m.Function(source))

    def saved(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of an `.npz` file that was handed in.

        Raises:
            StudentError: the file is missing or is not a file of plain arrays.
        """
        found = self._ask(m.Saved(name))
        if not isinstance(found, dict):
            raise StudentError("missing", message=f"{name} is not a file of named arrays.")
        for key, array in found.items():
            if not isinstance(key, str) or not isinstance(array, np.ndarray):
                raise StudentError("missing", message=f"{name} holds something other than arrays of numbers.")
        return found

    def _object(self, operation: m.Operation) -> RemoteObject:
        found = self._ask(operation)
        if not isinstance(found, RemoteObject):
            raise StudentError("wire", message="the answer is of another kind than was asked for")
        return found


def _handle(value: Any) -> m.Handle:
    if not isinstance(value, RemoteObject):
        raise TypeError(f"expected an object of the student's side, not {type(value).__name__}")
    return object.__getattribute__(value, "_autograder_handle")


def pack_argument(value: Any, depth: int = 0) -> Any:
    """A value as it is sent to the worker.

    Raises:
        TypeError: it cannot be sent; the message is for the author of the check.
    """
    if depth > _DEPTH:
        raise TypeError("containers are nested too deeply to be sent to the student's side")
    value = kept_object(value)
    if isinstance(value, RemoteObject):
        return m.Ref(_handle(value).id)
    packed = wire.pack_worth(value)
    if packed is not NotImplemented:
        return packed
    if isinstance(value, tuple | list):
        kind: Any = "tuple" if isinstance(value, tuple) else "list"
        return m.ArgumentSequence(kind, [pack_argument(item, depth + 1) for item in value])
    if isinstance(value, dict):
        keys = [pack_argument(key, depth + 1) for key in value]
        return m.ArgumentMapping(keys, [pack_argument(item, depth + 1) for item in value.values()])
    if isinstance(value, slice):
        return m.Slice(*(pack_argument(part, depth + 1) for part in (value.start, value.stop, value.step)))
    if value is ...:
        return m.Dots()
    if isinstance(value, np.random.Generator):
        return _pack_generator(value)
    raise TypeError(
        f"{type(value).__name__} cannot be sent to the student's side; "
        'for a function use student.function("lambda ...")'
    )


def _pack_generator(generator: np.random.Generator) -> m.Generator:
    name: Any = type(generator.bit_generator).__name__
    if name not in _BIT_GENERATORS:
        raise TypeError(f"a generator on {name} cannot be sent to the student's side")
    state = json.dumps(generator.bit_generator.state, default=_plain_state)
    return m.Generator(name, state)


def _plain_state(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)


def unpack_value(message: Any, ask: Ask, drop: Drop) -> Any:
    """The value of a reply; objects that stay on the student's side as `RemoteObject`.

    Raises:
        WireError: the reply breaks the protocol.
    """
    if isinstance(message, m.Handle):
        return _with_worth(RemoteObject(message, ask, drop), message.value)
    if isinstance(message, m.Sequence):
        items = [unpack_value(item, ask, drop) for item in message.items]
        return tuple(items) if message.kind == "tuple" else items
    if isinstance(message, m.Mapping):
        if len(message.keys) != len(message.values):
            raise m.WireError("a dict with unequal numbers of keys and values")
        try:
            keys = [wire.unpack_plain(key) for key in message.keys]
            values = [unpack_value(value, ask, drop) for value in message.values]
            return dict(zip(keys, values, strict=True))
        except TypeError:
            raise m.WireError("a dict with keys that cannot be keys") from None
    return wire.unpack_plain(message)

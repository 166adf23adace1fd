"""What crosses between the judge and the process that runs student code.

A frame is four bytes of length and a message of `messages.py` in MessagePack. Plain values and
arrays cross by value, containers to one level; every other object stays where it is and crosses
as the number of a `Handle`, with what it is worth where it is an array, a number or text of a class
of its own. Nothing is ever unpickled, imported or evaluated on the judge's side, and whatever
arrives there is either a valid reply or a `WireError`.
"""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct

from autograder.sandbox.messages import (
    MAX_DIGITS,
    MAX_DIMENSIONS,
    MAX_TEXT,
    Array,
    BigInt,
    Bytes,
    Complex,
    WireError,
)
from labkit.checks.kept import worth

MAX_FRAME = 128 << 20  # bytes
MAX_ARRAY = MAX_FRAME - (1 << 20)  # bytes, of all arrays in a message

_BUILTIN = (int, float, complex, str, bytes)
DTYPES = frozenset(
    np.dtype(code).str
    for code in ("?", "b", "h", "i", "l", "q", "B", "H", "I", "L", "Q", "e", "f", "d", "g", "F", "D", "G")
)


def pack_array(array: np.ndarray, scalar: bool = False) -> Array | None:
    """An array as a message, or None where it does not cross: too large, or of another dtype."""
    if array.nbytes > MAX_ARRAY:
        return None
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.str not in DTYPES or array.ndim > MAX_DIMENSIONS:
        return None
    return Array(array.dtype.str, list(array.shape), array.tobytes(), scalar)


def unpack_array(message: Array) -> Any:
    """The array (fresh and writable) or NumPy scalar of a message.

    Raises:
        WireError: the dtype is not on the list, or the bytes are not those of the shape.
    """
    if message.dtype not in DTYPES:
        raise WireError("an array of a type that does not cross")
    if message.scalar and message.shape:
        raise WireError("a scalar with a shape")
    dtype = np.dtype(message.dtype)
    if math.prod(message.shape) * dtype.itemsize != len(message.data):
        raise WireError("an array whose bytes do not fit its shape")
    try:
        if dtype.kind == "b":  # any byte may come; a boolean holds 0 or 1
            array = (np.frombuffer(message.data, np.uint8) != 0).reshape(message.shape)
        else:
            array = np.frombuffer(message.data, dtype).reshape(message.shape).copy()
    except ValueError:
        raise WireError("an array of an impossible shape") from None
    return array[()] if message.scalar else array


def pack_plain(value: Any) -> Any:
    """A plain value as it crosses, or `NotImplemented` for one that does not cross by value.

    Only what is exactly of a plain class does: an object of a class of its own means more than its value.
    """
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is np.ndarray:
        packed = pack_array(value)
    elif issubclass(kind, np.generic) and not issubclass(kind, str | bytes):
        packed = pack_array(np.asarray(value), scalar=True)
    elif kind in _BUILTIN or issubclass(kind, np.generic):
        return _pack_builtin(value, kind)
    else:
        return NotImplemented
    return NotImplemented if packed is None else packed


def pack_worth(value: Any) -> Any:
    """A plain value, or what an object of a class of its own is worth as one, as it crosses; else `NotImplemented`."""
    packed = pack_plain(value)
    if packed is NotImplemented and (plain := worth(value)) is not None:
        return pack_plain(plain)
    return packed


def _pack_builtin(value: Any, kind: type) -> Any:
    if kind is int:
        if -(2**63) <= value < 2**63:
            return value
        small = abs(value).bit_length() < 3 * MAX_DIGITS
        return BigInt(str(value)) if small else NotImplemented
    if kind is float:
        return value
    if kind is complex:
        return Complex(value.real, value.imag)
    if issubclass(kind, str):
        text = str.__str__(value).encode("utf-8", "replace").decode("utf-8")
        return text if len(text) <= MAX_TEXT else NotImplemented
    return Bytes(bytes(value)) if len(value) <= MAX_ARRAY else NotImplemented


def unpack_plain(message: Any) -> Any:
    """The value of a plain message.

    Raises:
        WireError: it is none.
    """
    if isinstance(message, Array):
        return unpack_array(message)
    if isinstance(message, BigInt):
        return int(message.digits)
    if isinstance(message, Bytes):
        return message.data
    if isinstance(message, Complex):
        return complex(message.real, message.imag)
    if isinstance(message, Struct):
        raise WireError("not a plain value")
    return message


class Channel:
    """Frames over a stream socket.

    Args:
        stream: the socket; non-blocking if `wait` is given.
        wait: called with True (for reading) or False (for writing) where the socket is not ready;
            returns when it may be, or raises to give up.
    """

    def __init__(self, stream: socket.socket, wait: Callable[[bool], None] | None = None) -> None:
        self._stream = stream
        self._wait = wait

    def send(self, data: bytes) -> None:
        """Send one frame.

        Raises:
            WireError: it is too large.
            OSError: the other side is gone.
        """
        if len(data) > MAX_FRAME:
            raise WireError(f"a message of {len(data) >> 20} MB: more than {MAX_FRAME >> 20} MB do not cross")
        view = memoryview(struct.pack(">I", len(data)) + data)
        while view:
            try:
                view = view[self._stream.send(view) :]
            except BlockingIOError:
                self._pause(reading=False)

    def receive(self) -> bytearray:
        """The next frame.

        Raises:
            WireError: it is too large.
            EOFError: the other side is gone.
        """
        (length,) = struct.unpack(">I", self._exactly(4))
        if length > MAX_FRAME:
            raise WireError("a frame of more than the permitted length")
        return self._exactly(length)

    def _exactly(self, length: int) -> bytearray:
        found = bytearray()
        while len(found) < length:
            try:
                part = self._stream.recv(min(length - len(found), 1 << 20))
            except BlockingIOError:
                self._pause(reading=True)
                continue
            except ConnectionError:
                part = b""
            if not part:
                raise EOFError("the other side is gone")
            found += part
        return found

    def _pause(self, reading: bool) -> None:
        if self._wait is None:
            raise BlockingIOError
        self._wait(reading)

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

"""The messages between the judge and the process that runs student code, decoded strictly.

Requests go to the worker, replies come back. What student code can put into a reply is bounded
here, by type and by size; `wire.py` turns values into messages and messages into frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

MAX_ITEMS = 100_000  # of a tuple, list or dict that crosses by value
MAX_KEYS = 10_000  # of a dict that crosses by value: few enough that keys made to collide do no harm
MAX_TEXT = 1 << 20  # characters of a text that crosses by value
MAX_DIGITS = 4_000  # of an integer
MAX_OUTPUT = 1 << 18  # characters of captured output in one reply
MAX_FRAMES = 20  # of a traceback
MAX_BASES = 10  # of Python's own exceptions above one
MAX_MESSAGE = 4_000  # characters of an exception's message
MAX_NAME = 200  # characters of names, file names and lines of code
MAX_DIMENSIONS = 32
NONCE_BYTES = 16


class WireError(Exception):
    """The other side sent something that is not a message of this protocol."""


class _Message(Struct, forbid_unknown_fields=True, tag_field="is"):
    pass


Name = Annotated[str, Meta(max_length=MAX_NAME)]
HandleId = Annotated[int, Meta(ge=0, lt=2**53)]
Length = Annotated[int, Meta(ge=0, lt=2**40)]


class BigInt(_Message, tag="integer"):
    digits: Annotated[str, Meta(pattern=rf"^-?[0-9]{{1,{MAX_DIGITS}}}$")]


class Bytes(_Message, tag="bytes"):
    data: bytes


class Complex(_Message, tag="complex"):
    real: float
    imag: float


class Array(_Message, tag="array"):
    """An ndarray, or a NumPy scalar, in C order and little-endian."""

    dtype: Annotated[str, Meta(max_length=4)]
    shape: Annotated[list[Length], Meta(max_length=MAX_DIMENSIONS)]
    data: bytes
    scalar: bool = False


Text: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT)]


class Handle(_Message, tag="handle"):
    """An object that stays with the worker; `value` is what it is worth as a plain one, where it is an array, a number
    or text of a class of its own (`np.ma.MaskedArray`, `Fraction`, a member of a `StrEnum`).
    """

    id: HandleId
    type: Name
    callable: bool
    value: int | float | Text | BigInt | Array | None = None


Plain: TypeAlias = bool | int | float | Text | Bytes | BigInt | Complex | Array | None
Item: TypeAlias = bool | int | float | Text | Bytes | BigInt | Complex | Array | Handle | None
Items = Annotated[list[Item], Meta(max_length=MAX_ITEMS)]


class Sequence(_Message, tag="sequence"):
    kind: Literal["tuple", "list"]
    items: Items


class Mapping(_Message, tag="mapping"):
    keys: Annotated[list[Plain], Meta(max_length=MAX_KEYS)]
    values: Items


Value: TypeAlias = (
    bool | int | float | Text | Bytes | BigInt | Complex | Array | Handle | Sequence | Mapping | None
)


class Ref(_Message, tag="ref"):
    """An object of the worker's, named by the judge."""

    id: HandleId


class Generator(_Message, tag="generator"):
    """A copy of a NumPy Generator: the name of its bit generator and the state as JSON."""

    name: Literal["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]
    state: str


class Slice(_Message, tag="slice"):
    start: Argument
    stop: Argument
    step: Argument


class Dots(_Message, tag="ellipsis"):
    pass


class ArgumentSequence(_Message, tag="arguments"):
    kind: Literal["tuple", "list"]
    items: list[Argument]


class ArgumentMapping(_Message, tag="argument-mapping"):
    keys: list[Argument]
    values: list[Argument]


Argument: TypeAlias = (
    bool
    | int
    | float
    | str
    | Bytes
    | BigInt
    | Complex
    | Array
    | Ref
    | Generator
    | Slice
    | Dots
    | ArgumentSequence
    | ArgumentMapping
    | None
)


class Module(_Message, tag="module"):
    name: str


class Notebook(_Message, tag="notebook"):
    name: str


class Cell(_Message, tag="cell"):
    notebook: str
    label: str
    source: str


class Get(_Message, tag="get"):
    target: HandleId
    name: str


class Set(_Message, tag="set"):
    target: HandleId
    name: str
    value: Argument


class Call(_Message, tag="call"):
    target: HandleId
    args: list[Argument]
    kwargs: dict[str, Argument]


class GetItem(_Message, tag="get-item"):
    target: HandleId
    key: Argument


class SetItem(_Message, tag="set-item"):
    target: HandleId
    key: Argument
    value: Argument


class Len(_Message, tag="len"):
    target: HandleId


class Truth(_Message, tag="truth"):
    target: HandleId


class Iterate(_Message, tag="iterate"):
    target: HandleId


class Keep(_Message, tag="keep"):
    value: Argument


class Fetch(_Message, tag="fetch"):
    target: HandleId


class Function(_Message, tag="function"):
    source: str


class Saved(_Message, tag="saved"):
    name: str


class Ping(_Message, tag="ping"):
    pass


Operation: TypeAlias = (
    Module
    | Notebook
    | Cell
    | Get
    | Set
    | Call
    | GetItem
    | SetItem
    | Len
    | Truth
    | Iterate
    | Keep
    | Fetch
    | Function
    | Saved
    | Ping
)


class Request(_Message):
    id: int
    nonce: bytes
    operation: Operation
    drop: list[int] = []  # handles that the judge has let go of


class Failure(_Message):
    """Student code raised. Every text is the student's."""

    kind: Literal["exception", "not written", "missing", "memory", "exit"]
    error_type: Name
    message: Annotated[str, Meta(max_length=MAX_MESSAGE)]
    frames: Annotated[list[tuple[Name, Length, Name, Name]], Meta(max_length=MAX_FRAMES)] = []
    bases: Annotated[list[Name], Meta(max_length=MAX_BASES)] = []


class Reply(_Message):
    id: int
    nonce: Annotated[bytes, Meta(min_length=NONCE_BYTES, max_length=NONCE_BYTES)]
    value: Value = None
    failure: Failure | None = None
    output: Annotated[str, Meta(max_length=MAX_OUTPUT)] = ""


class Ready(_Message, tag="ready"):
    """The worker's first message, sent before any student code: the walls around it."""

    walls: list[Name]
    missing: list[Name]


class Refused(_Message, tag="refused"):
    """The worker's first and last message: a wall that must stand could not be raised."""

    reason: Annotated[str, Meta(max_length=MAX_MESSAGE)]


Greeting: TypeAlias = Ready | Refused

encode: Callable[[Any], bytes] = msgspec.msgpack.Encoder().encode
_request_decoder = msgspec.msgpack.Decoder(Request)
_reply_decoder = msgspec.msgpack.Decoder(Reply)
_greeting_decoder: msgspec.msgpack.Decoder[Greeting] = msgspec.msgpack.Decoder(Greeting)


def _decode(decoder: msgspec.msgpack.Decoder[Any], data: bytes | bytearray) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as error:
        raise WireError(f"not a message: {str(error)[:200]}") from None


def decode_request(data: bytes | bytearray) -> Request:
    """The request in a frame.

    Raises:
        WireError: it is none.
    """
    return _decode(_request_decoder, data)


def decode_reply(data: bytes | bytearray) -> Reply:
    """The reply in a frame.

    Raises:
        WireError: it is none.
    """
    return _decode(_reply_decoder, data)


def decode_greeting(data: bytes | bytearray) -> Greeting:
    """The worker's first message.

    Raises:
        WireError: it is none.
    """
    return _decode(_greeting_decoder, data)

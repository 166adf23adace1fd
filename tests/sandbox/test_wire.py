"""Values survive the wire; a hostile worker can do no worse than raise WireError."""

from __future__ import annotations

import contextlib
import math
import socket
import struct

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.sandbox import messages as m
from autograder.sandbox import wire
from autograder.sandbox.remote import pack_argument, unpack_value

NONCE = b"n" * m.NONCE_BYTES

dtypes = st.one_of(
    npst.boolean_dtypes(),
    npst.integer_dtypes(endianness="?"),
    npst.unsigned_integer_dtypes(endianness="?"),
    npst.floating_dtypes(endianness="?"),
    npst.complex_number_dtypes(endianness="?"),
)
arrays = npst.arrays(dtypes, npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
numbers = st.one_of(st.booleans(), st.integers(-(10**300), 10**300), st.floats(), st.complex_numbers())
plain = st.one_of(st.none(), numbers, st.text(), st.binary())


def travel(value: object) -> object:
    """A value as it arrives after a reply's way."""
    reply = m.Reply(1, NONCE, wire.pack_plain(value))
    return wire.unpack_plain(m.decode_reply(m.encode(reply)).value)


@given(plain)
def test_plain_values_arrive_as_they_are(value: object) -> None:
    arrived = travel(value)
    assert type(arrived) is type(value)
    assert repr(arrived) == repr(value)


@given(arrays)
def test_arrays_arrive_as_they_are(array: np.ndarray) -> None:
    arrived = travel(array)
    assert isinstance(arrived, np.ndarray)
    assert arrived.shape == array.shape
    assert arrived.dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(arrived, array)
    assert arrived.flags.writeable
    assert arrived.flags.owndata or arrived.base.flags.owndata


@given(dtypes)
def test_numpy_scalars_stay_scalars(dtype: np.dtype) -> None:
    value = np.ones((), dtype.newbyteorder("="))[()]
    arrived = travel(value)
    assert type(arrived) is type(value)
    assert arrived == value


@pytest.mark.parametrize(
    "array",
    [np.array([{}]), np.array(["a"]), np.array([b"a"]), np.zeros(2, "M8[s]"), np.zeros(2, [("a", float)])],
    ids=["object", "text", "bytes", "dates", "records"],
)
def test_other_arrays_do_not_cross(array: np.ndarray) -> None:
    assert wire.pack_plain(array) is NotImplemented


def test_views_of_any_layout_arrive_in_c_order() -> None:
    array = np.arange(24).reshape(2, 3, 4)[:, ::-1, ::2].T
    np.testing.assert_array_equal(travel(array), array)


@pytest.mark.parametrize(
    "message",
    [
        m.Array("|O", [1], b"12345678"),
        m.Array("<f8", [2], b"12345678"),
        m.Array("<f8", [2**39, 2**39], b""),
        m.Array("<f8", [0, 2**39, 2**39, 2**39], b""),
        m.Array("<f8", [1], b"12345678", scalar=True),
        m.Array("<U1", [1], b"1234"),
        m.Array("f8,O", [1], b"12345678"),
        m.Handle(1, "int", False),
    ],
    ids=repr,
)
def test_impossible_arrays_are_refused(message: m.Array) -> None:
    with pytest.raises(m.WireError):
        wire.unpack_plain(message)


def test_negative_and_deep_shapes_are_refused() -> None:
    for shape in ([-1], [1] * 33, [2**40]):
        bad = {"id": 1, "nonce": NONCE, "value": {"is": "array", "dtype": "<f8", "shape": shape, "data": b""}}
        with pytest.raises(m.WireError):
            m.decode_reply(msgspec.msgpack.encode(bad))


def test_bytes_that_are_no_booleans_become_booleans() -> None:
    arrived = wire.unpack_plain(m.Array("|b1", [3], b"\x00\x01\xff"))
    np.testing.assert_array_equal(arrived.view(np.uint8), [0, 1, 1])


def receive(data: bytes) -> object:
    reply = m.decode_reply(data)
    return unpack_value(reply.value, lambda operation: None, lambda handle: None)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_wire_error_at_most(data: bytes) -> None:
    with contextlib.suppress(m.WireError):
        receive(data)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=16),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=12,
)
tagged = st.fixed_dictionaries(
    {"is": st.sampled_from(["array", "handle", "sequence", "mapping", "integer", "complex", "bytes", "ref", "slice"])},
    optional={
        "dtype": st.sampled_from(["<f8", "|b1", "|O8", "O"]) | junk,
        "shape": st.lists(st.integers(-2, 2**62), max_size=3) | junk,
        "data": st.binary(max_size=16) | junk,
        "scalar": st.booleans(),
        "id": st.integers(-1, 2**60),
        "type": st.text(max_size=5),
        "callable": st.booleans(),
        "kind": st.sampled_from(["tuple", "list", "set"]),
        "items": st.lists(junk, max_size=3),
        "keys": st.lists(junk, max_size=3),
        "values": st.lists(junk, max_size=3),
        "digits": st.text("0123456789-\n", max_size=6),
        "real": junk,
        "imag": junk,
    },
)  # fmt: skip


@settings(max_examples=150)
@given(tagged | st.lists(tagged) | junk, junk)
def test_well_formed_nonsense_raises_wire_error_at_most(value: object, failure: object) -> None:
    message = {"id": 1, "nonce": NONCE, "value": value, "failure": failure}
    for one in (message, {**message, "failure": None}):
        with contextlib.suppress(m.WireError):
            receive(msgspec.msgpack.encode(one))


@pytest.mark.parametrize(
    "data",
    [
        b"\x91" * 100_000,
        b"\x81\xa5value" * 10_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
    ],
    ids=["nested lists", "nested maps", "long list", "long bytes", "long map"],
)
def test_bombs_are_refused(data: bytes) -> None:
    with pytest.raises(m.WireError):
        m.decode_reply(data)


def test_frames_above_the_limit_are_refused_before_they_are_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(struct.pack(">I", wire.MAX_FRAME + 1))
        with pytest.raises(m.WireError):
            wire.Channel(ours).receive()


def test_a_cut_frame_is_an_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(struct.pack(">I", 10) + b"123")
        theirs.close()
        with pytest.raises(EOFError):
            wire.Channel(ours).receive()


def test_arguments_may_be_nested_but_not_endless() -> None:
    packed = pack_argument({"a": [(1, 2.0), slice(None, 3), ...]})
    request = m.Request(1, NONCE, m.Keep(packed))
    assert m.decode_request(m.encode(request)).operation.value == packed
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="nested"):
        pack_argument(endless)


def test_functions_cannot_be_sent() -> None:
    with pytest.raises(TypeError, match=r"student\.function"):
        pack_argument(math.sqrt)

import builtins
import io
import os
import pickle
import pickletools
import struct

import numpy as np
import pytest
from blankcifar import batch, number

from labkit.data import DataError, cifar10


def written_by_python2(content):
    """The protocol-2 pickle of a batch as Python 2 and its NumPy wrote it: str keys, str bytes in the array."""

    def text(value):
        return b"U" + bytes([len(value)]) + value

    def integer(value):
        return b"J" + struct.pack("<i", value)

    rows = content[b"data"]
    dtype = b"cnumpy\ndtype\n(" + text(b"u1") + integer(0) + integer(1) + b"tR"
    dtype += b"(" + integer(3) + text(b"|") + b"NNN" + integer(-1) + integer(-1) + integer(0) + b"tb"
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(" + integer(0) + b"t" + text(b"b") + b"tR"
    )
    shape = b"(" + integer(rows.shape[0]) + integer(rows.shape[1]) + b"t"
    raw = rows.tobytes()
    array += b"(" + integer(1) + shape + dtype + b"I00\nT" + struct.pack("<i", len(raw)) + raw + b"tb"
    labels = b"](" + b"".join(integer(label) for label in content[b"labels"]) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + labels + b"u."


@pytest.fixture(scope="module")
def content():
    return batch(5)


@pytest.mark.parametrize("protocol", range(1, 6))
def test_batches_of_every_binary_pickle_protocol_are_read(tmp_path, content, protocol):
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    pictures, labels = cifar10.read_batch(path)
    assert [number(picture) for picture in pictures[[0, 300, -1]]] == [5, 305, 10_004]
    assert labels.tolist() == content[b"labels"] and labels.dtype == np.int64


def test_batches_written_by_python_2_are_read(tmp_path, content):
    path = tmp_path / "batch"
    path.write_bytes(written_by_python2(content))
    pictures, labels = cifar10.read_batch(path)
    assert number(pictures[300]) == 305
    assert labels.tolist() == content[b"labels"]


def test_text_keys_and_column_major_arrays_are_read(tmp_path, content):
    path = tmp_path / "batch"
    changed = {"data": np.asfortranarray(content[b"data"]), "labels": content[b"labels"]}
    path.write_bytes(pickle.dumps(changed, protocol=4))
    assert number(cifar10.read_batch(path)[0][300]) == 305


def test_channels_come_last(tmp_path, content):
    rows = content[b"data"].copy()
    rows[7] = np.repeat([10, 20, 30], 1024)
    rows[7, 33] = 99  # red, second row, second column
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps({**content, b"data": rows}))
    picture = cifar10.read_batch(path)[0][7]
    assert picture[0, 0].tolist() == [10, 20, 30]
    assert picture[1, 1].tolist() == [99, 20, 30]


class Calls:
    """A pickle that calls a function when it is loaded."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    "harm",
    [
        Calls(os.system, "touch harmed"),
        Calls(builtins.eval, "open('harmed', 'w')"),
        Calls(builtins.getattr, "text", "upper"),
        Calls(open, "harmed", "w"),
        Calls(np.load, "harmed"),
        Calls(io.BytesIO, b""),
        np.float64(1.0),
        np.ma.masked_array([1]),
    ],
    ids=lambda harm: type(harm).__name__,
)
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_that_asks_for_anything_else_is_refused(tmp_path, monkeypatch, harm, protocol):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data_batch_1"
    path.write_bytes(pickle.dumps({b"data": harm}, protocol=protocol))
    with pytest.raises(DataError) as caught:
        cifar10.read_batch(path)
    assert "does not need" in str(caught.value) and str(path) in str(caught.value)
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    "stream",
    [
        b"cnumpy\nndarray.__class__\n.",
        b"\x80\x04\x8c\x05numpy\x8c\x17f2py.crackfortran.myeval\x93.",
        b"\x80\x02\x82\x01.",
        b"Pperson\n.",
        b"\x80\x02K\x01Q.",
    ],
    ids=["dotted", "nested module", "extension registry", "persistent text", "persistent object"],
)
def test_other_ways_to_name_things_are_refused(tmp_path, stream):
    path = tmp_path / "batch"
    path.write_bytes(stream)
    with pytest.raises(DataError):
        cifar10.read_batch(path)


@pytest.mark.parametrize(
    "name", [b"numpy\ndtype", b"numpy.core.multiarray\n_reconstruct", b"_codecs\nencode"]
)
def test_a_pickle_cannot_change_the_reader(tmp_path, content, name):
    good = tmp_path / "good"
    good.write_bytes(pickle.dumps(content, protocol=2))
    path = tmp_path / "batch"
    path.write_bytes(b"c" + name + b"\n(N}U\x09_functionNstb.")
    with pytest.raises(DataError, match="damaged"):
        cifar10.read_batch(path)
    assert number(cifar10.read_batch(good)[0][0]) == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({b"data": None}, "The pictures are not"),
        ({b"data": np.zeros((10_000, 768), np.float32)}, "damaged"),
        ({b"data": np.zeros((10_000, 3071), np.uint8)}, "The pictures are not"),
        ({b"data": np.array([None])}, "damaged"),
        ({b"labels": [0] * 9_999}, "The labels are not"),
        ({b"labels": [10] * 10_000}, "The labels are not"),
        ({b"labels": ["cat"] * 10_000}, "The labels are not"),
    ],
)
def test_wrong_contents_are_named(tmp_path, content, changes, words):
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps({**content, **changes}, protocol=4))
    with pytest.raises(DataError, match=words):
        cifar10.read_batch(path)


@pytest.mark.parametrize("cut", [0, 1, 50, 1_000_000, -1])
def test_truncated_batches_are_named(tmp_path, content, cut):
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(content, protocol=4)[:cut])
    with pytest.raises(DataError, match=r"damaged.*fetch_cifar10\.py"):
        cifar10.read_batch(path)


@pytest.mark.parametrize("value", [[1, 2], b"bytes", None, 5])
def test_something_else_than_a_dictionary_is_named(tmp_path, value):
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(value))
    with pytest.raises(DataError, match="instead of a dictionary"):
        cifar10.read_batch(path)


def test_missing_and_huge_files_are_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        cifar10.read_batch(tmp_path / "batch")
    with (tmp_path / "batch").open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(DataError, match="too large"):
        cifar10.read_batch(tmp_path / "batch")


def test_class_names_must_be_ten(blank_cifar10, tmp_path):
    assert cifar10.class_names(blank_cifar10)[:2] == ("airplane", "automobile")
    (tmp_path / "batches.meta").write_bytes(pickle.dumps({b"label_names": [b"cat"]}))
    with pytest.raises(DataError, match="ten class names"):
        cifar10.class_names(tmp_path)
    (tmp_path / "batches.meta").write_bytes(pickle.dumps({b"label_names": [1] * 10}))
    with pytest.raises(DataError, match="A class name is a int"):
        cifar10.class_names(tmp_path)


def test_the_python_2_pickle_of_these_tests_is_protocol_2():
    names = {opcode.name for opcode, _, _ in pickletools.genops(written_by_python2(batch(0, 2)))}
    assert {"PROTO", "SHORT_BINSTRING", "BINSTRING", "GLOBAL"} <= names


def test_real_batches_are_read(real_cifar10):
    pictures, labels = cifar10.read_training(real_cifar10)
    assert pictures.shape == (50_000, 32, 32, 3)
    assert (np.bincount(labels) == 5_000).all()

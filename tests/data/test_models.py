import pickle
import zipfile

import numpy as np
import pytest

from labkit.data import DataError, load_model, save_model


def test_arrays_come_back_as_they_were(tmp_path):
    W, b = np.random.default_rng(0).standard_normal((10, 6)).astype(np.float32), np.arange(10)
    path = save_model(tmp_path / "best.npz", W=W, b=b, rate=0.5)
    model = load_model(path)
    assert sorted(model) == ["W", "b", "rate"]
    np.testing.assert_array_equal(model["W"], W)
    assert model["W"].dtype == np.float32 and model["b"].dtype == b.dtype and model["rate"] == 0.5
    np.testing.assert_array_equal(np.load(path, allow_pickle=False)["W"], W)


@pytest.mark.parametrize("name", ["file", "args", "path", "self"])
def test_an_array_may_have_any_name(tmp_path, name):
    save_model(tmp_path / "best.npz", **{name: np.ones(2)})
    assert list(load_model(tmp_path / "best.npz")) == [name]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "W must be an array of real numbers, got NoneType"),
        ("text", "W must be an array of real numbers, got str"),
        (np.array([None]), "W must be an array of real numbers, got array of object"),
        (np.array([1j]), "W must be an array of real numbers, got array of complex128"),
        ([[1.0], [1.0, 2.0]], "W must be an array of numbers, got a list of uneven parts"),
        (lambda x: x, "W must be an array of real numbers, got function"),
    ],
)
def test_anything_but_numbers_is_refused_by_name(tmp_path, value, words):
    with pytest.raises(TypeError) as caught:
        save_model(tmp_path / "best.npz", b=np.zeros(3), W=value)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_wrong_paths_are_refused(tmp_path):
    with pytest.raises(TypeError, match="path must be a file name, got ndarray"):
        save_model(np.zeros(3), W=np.zeros(3))
    with pytest.raises(ValueError, match=r"path must end in \.npz"):
        save_model(tmp_path / "best.pkl", W=np.zeros(3))
    with pytest.raises(ValueError, match="at least one named array"):
        save_model(tmp_path / "best.npz")
    with pytest.raises(DataError, match="cannot be saved"):
        save_model(tmp_path / "no" / "such" / "best.npz", W=np.zeros(3))
    with pytest.raises(DataError, match="no such model file"):
        load_model(tmp_path / "best.npz")


def test_a_failed_save_leaves_the_old_model_whole(tmp_path, monkeypatch):
    path = save_model(tmp_path / "best.npz", W=np.ones(3))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(DataError, match="No space left"):
        save_model(path, W=np.zeros(3))
    np.testing.assert_array_equal(load_model(path)["W"], np.ones(3))
    assert list(tmp_path.iterdir()) == [path]


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("the pickle ran",))


def test_pickles_are_never_loaded(tmp_path):
    path = tmp_path / "best.npz"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(DataError, match="damaged or holds something else"):
        load_model(path)
    np.savez(path, W=np.array([Bomb()], dtype=object))
    with pytest.raises(DataError, match="something else than arrays"):
        load_model(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"hello" * 99])
def test_damaged_models_are_named(tmp_path, content):
    path = tmp_path / "best.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_model(path)
    assert str(path) in str(caught.value)


def test_a_lone_array_or_another_archive_is_not_a_model(tmp_path):
    path = tmp_path / "best.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(DataError, match="something else than arrays"):
        load_model(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W.txt", "1 2 3")
    with pytest.raises(DataError, match="something else than arrays"):
        load_model(path)


def test_a_truncated_model_is_named(tmp_path):
    path = save_model(tmp_path / "best.npz", W=np.ones(1_000))
    path.write_bytes(path.read_bytes()[:4_000])
    with pytest.raises(DataError, match="damaged"):
        load_model(path)

import dataclasses

import numpy as np
import pytest
from blankcifar import number

from labkit.data import DataError, hidden_split, load_data
from labkit.data import cache as cache_module
from labkit.data.shapes10 import fingerprint, generate

SMALL = {"train": 20, "validation": 10, "test": 5}


def test_auto_takes_the_embedded_set_when_nothing_else_is_there(elsewhere, capsys):
    data = load_data(**SMALL)
    assert data.name == "shapes10" and data.class_names[0] == "boat"
    assert capsys.readouterr().out.splitlines() == [
        "Data: embedded data set shapes10, 20 / 10 / 5 pictures (train / validation / test)"
    ]


def test_shapes_and_types_of_the_splits(elsewhere):
    data = load_data("shapes10", **SMALL, quiet=True)
    assert data.X_train.shape == (20, 32, 32, 3) and data.X_train.dtype == np.uint8
    assert data.X_val.shape == (10, 32, 32, 3) and data.X_test.shape == (5, 32, 32, 3)
    assert all(y.dtype == np.int64 and y.ndim == 1 for y in (data.y_train, data.y_val, data.y_test))
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"


def test_flattened_pictures_are_the_same_pictures(elsewhere):
    pictures = load_data("shapes10", **SMALL, quiet=True)
    rows = load_data("shapes10", **SMALL, quiet=True, flatten=True, dtype=np.float32)
    assert rows.X_train.shape == (20, 3072) and rows.X_train.dtype == np.float32
    np.testing.assert_array_equal(rows.X_train.reshape(-1, 32, 32, 3), pictures.X_train)


def test_empty_splits_have_their_shape(elsewhere):
    data = load_data("shapes10", train=0, validation=0, test=0, flatten=True, quiet=True)
    assert data.X_train.shape == data.X_val.shape == data.X_test.shape == (0, 3072)
    assert data.y_train.shape == (0,)


def test_every_call_gives_arrays_of_its_own(elsewhere):
    first = load_data("shapes10", **SMALL, quiet=True)
    first.X_train[:] = 0
    assert load_data("shapes10", **SMALL, quiet=True).X_train.any()


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"dataset": "mnist"}, ValueError, 'dataset must be "auto", "shapes10" or "cifar10", got \'mnist\''),
        ({"dataset": 10}, TypeError, "dataset must be a name in quotes, got int"),
        ({"train": -1}, ValueError, "train must be from 0 to 50,000 for shapes10, got -1"),
        ({"test": 10_001}, ValueError, "test must be from 0 to 10,000 for shapes10, got 10,001"),
        ({"validation": 2.5}, TypeError, "validation must be a whole number, got 2.5"),
        ({"validation": True}, TypeError, "validation must be a whole number, got True"),
        ({"train": "5"}, TypeError, "train must be a whole number, got '5'"),
        ({"dtype": np.int8}, ValueError, "dtype must be uint8 or a floating type"),
        ({"dtype": "pixels"}, TypeError, "dtype must be a NumPy dtype"),
    ],
)
def test_wrong_arguments_are_named(elsewhere, arguments, kind, words):
    with pytest.raises(kind) as caught:
        load_data(**arguments)
    assert words in str(caught.value)


def test_numpy_integers_are_whole_numbers(elsewhere):
    assert len(load_data("shapes10", np.int32(3), 0, 0, quiet=True).X_train) == 3


def test_cifar10_is_found_upward_from_the_working_folder(elsewhere, blank_cifar10, monkeypatch, capsys):
    below = blank_cifar10.parent.parent / "assignments" / "hw2"
    below.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(below)
    data = load_data()
    assert data.name == "cifar10" and data.class_names[9] == "truck"
    assert (len(data.X_train), len(data.X_val), len(data.X_test)) == (49_000, 1_000, 1_000)
    assert [number(x) for x in (data.X_train[0], data.X_train[-1])] == [0, 48_999]
    assert [number(x) for x in (data.X_val[0], data.X_val[-1])] == [49_000, 49_999]
    assert [number(x) for x in (data.X_test[0], data.X_test[-1])] == [60_000, 60_999]
    assert data.y_train[13] == 3
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("deep", [True, False])
def test_the_environment_names_cifar10_or_the_folder_above(elsewhere, blank_cifar10, monkeypatch, deep):
    monkeypatch.setenv("LABKIT_CIFAR10", str(blank_cifar10 if deep else blank_cifar10.parent))
    data = load_data(**SMALL, flatten=True, quiet=True)
    assert data.name == "cifar10" and data.X_train.shape == (20, 3072)
    assert load_data("shapes10", **SMALL, quiet=True).name == "shapes10"


def test_sizes_of_cifar10_have_limits(elsewhere, blank_cifar10, monkeypatch):
    monkeypatch.setenv("LABKIT_CIFAR10", str(blank_cifar10))
    with pytest.raises(ValueError, match="test must be from 0 to 1,000 for cifar10, got 1,001"):
        load_data(test=1_001)
    with pytest.raises(ValueError, match=r"train \+ validation must be at most 50,000"):
        load_data(train=49_500)


def test_missing_cifar10_says_how_to_get_it(elsewhere):
    with pytest.raises(DataError, match=r"not here.*fetch_cifar10\.py"):
        load_data("cifar10")


def test_a_wrong_setting_is_not_passed_over_silently(elsewhere, monkeypatch):
    monkeypatch.setenv("LABKIT_CIFAR10", str(elsewhere / "nothing"))
    with pytest.raises(DataError, match="LABKIT_CIFAR10 names a folder without CIFAR-10"):
        load_data()


def test_hidden_split_of_cifar10_holds_none_of_the_students_pictures(elsewhere, blank_cifar10, monkeypatch):
    monkeypatch.setenv("LABKIT_CIFAR10", str(blank_cifar10))
    x, y = hidden_split("cifar10", 5, 9_000, flatten=True)
    assert sorted(number(row) for row in x) == list(range(61_000, 70_000))
    assert all(number(row) % 10 == label for row, label in zip(x[:50], y[:50], strict=True))
    assert (hidden_split("cifar10", 6, 50)[1] != y[:50]).any()
    with pytest.raises(ValueError, match="n must be from 0 to 9,000"):
        hidden_split("cifar10", 5, 9_001)


def test_hidden_split_wants_a_seed(elsewhere):
    with pytest.raises(TypeError, match="seed must be a whole number"):
        hidden_split("shapes10", "secret", 5)
    with pytest.raises(ValueError, match="seed must be 0 or more"):
        hidden_split("shapes10", -1, 5)


def kept(elsewhere):
    return elsewhere / "cache" / f"shapes10-{fingerprint()}-train.npz"


def test_pictures_are_drawn_once_and_then_read(elsewhere, monkeypatch):
    first = load_data("shapes10", **SMALL, quiet=True)
    assert kept(elsewhere).is_file()
    monkeypatch.setattr("labkit.data.shapes10.generate", lambda *_, **__: pytest.fail("drawn again"))
    again = load_data("shapes10", train=15, validation=10, test=5, quiet=True)
    np.testing.assert_array_equal(again.X_train, first.X_train[:15])
    assert not list((elsewhere / "cache").glob("*.part"))


def test_a_cache_with_too_few_pictures_is_replaced(elsewhere):
    load_data("shapes10", **SMALL, quiet=True)
    data = load_data("shapes10", train=30, validation=0, test=0, quiet=True)
    np.testing.assert_array_equal(data.X_train, generate(30, 1)[0])


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"not an archive" * 50,
        lambda content: content[:30_000] + bytes([content[30_000] ^ 255]) + content[30_001:],
    ],
    ids=["empty", "truncated", "other file", "one byte wrong"],
)
def test_a_damaged_cache_costs_time_only(elsewhere, damage):
    load_data("shapes10", **SMALL, quiet=True)
    kept(elsewhere).write_bytes(damage(kept(elsewhere).read_bytes()))
    data = load_data("shapes10", **SMALL, quiet=True)
    np.testing.assert_array_equal(data.X_train, generate(20, 1)[0])


def test_a_foreign_cache_is_passed_over(elsewhere):
    kept(elsewhere).parent.mkdir()
    np.savez(kept(elsewhere), count=np.int64(50), pictures=np.zeros((50, 3072)), labels=np.zeros(50))
    data = load_data("shapes10", **SMALL, quiet=True)
    np.testing.assert_array_equal(data.X_train, generate(20, 1)[0])


def test_a_cache_from_before_the_drawing_changed_is_not_used(elsewhere, monkeypatch):
    before = load_data("shapes10", **SMALL, quiet=True)
    fingerprint.cache_clear()
    monkeypatch.setattr("labkit.data.scenery._SNOW", 0.3)
    after = load_data("shapes10", **SMALL, quiet=True)
    np.testing.assert_array_equal(after.X_train, generate(20, 1)[0])
    assert (after.X_train != before.X_train).any()
    fingerprint.cache_clear()


def test_a_cache_that_cannot_be_written_does_no_harm(elsewhere, monkeypatch):
    (elsewhere / "file").write_text("in the way")
    monkeypatch.setenv("LABKIT_DATA", str(elsewhere / "file" / "cache"))
    assert len(load_data("shapes10", **SMALL, quiet=True).X_train) == 20


def test_the_cache_can_be_switched_off_or_lies_in_the_course(elsewhere, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", "off")
    assert cache_module.folder() is None
    monkeypatch.delenv("LABKIT_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(elsewhere / "home"))
    assert cache_module.folder() == elsewhere / "home" / "labkit"
    (elsewhere / "datasets").mkdir()
    (elsewhere / "labkit").mkdir()
    assert cache_module.folder() == elsewhere / "datasets" / "cache"


def test_real_cifar10_has_the_figures_of_the_real_one(elsewhere, real_cifar10, monkeypatch):
    monkeypatch.setenv("LABKIT_CIFAR10", str(real_cifar10))
    data = load_data(quiet=True)
    assert data.class_names[0] == "airplane"
    assert (np.bincount(data.y_train) > 4_500).all()
    assert 115 < data.X_train.mean() < 125  # 120.7

import hashlib

import numpy as np
import pytest

from labkit.data import hidden_split, load_data
from labkit.data.shapes10 import CLASS_NAMES, generate
from labkit.data.stream import Stream


@pytest.fixture(scope="module")
def public():
    return generate(3_000, 1), generate(500, 3)


def test_the_pictures_of_a_seed_never_change():
    pictures, labels = generate(500, 1)
    digest = hashlib.sha256(pictures.tobytes() + labels.astype("<i8").tobytes()).hexdigest()
    assert digest == "911bf23b5c52ffbbc2af8dbce10f1d8fafbdcb2cb9a0f501542d8aac50d24f0a"


def test_pictures_are_bytes_in_ten_named_classes(public):
    (pictures, labels), _ = public
    assert pictures.shape == (3_000, 32, 32, 3) and pictures.dtype == np.uint8
    assert labels.shape == (3_000,) and labels.dtype == np.int64
    assert len(CLASS_NAMES) == len(set(CLASS_NAMES)) == 10
    assert (np.bincount(labels) == 300).all()
    assert pictures.min() == 0 and pictures.max() == 255


def test_labels_are_in_random_order(public):
    (_, labels), _ = public
    assert 0.02 < (labels[1:] == labels[:-1]).mean() < 0.2


@pytest.mark.parametrize("n", [0, 1, 499, 501])
def test_a_smaller_set_is_the_beginning_of_a_larger_one(public, n):
    (pictures, labels), _ = public
    fewer, fewer_labels = generate(n, 1)
    np.testing.assert_array_equal(fewer, pictures[:n])
    np.testing.assert_array_equal(fewer_labels, labels[:n])


def test_no_picture_comes_twice(public):
    (pictures, _), (others, _) = public
    everything = np.concatenate([pictures, others, generate(500, 2)[0], hidden_split("shapes10", 1, 500)[0]])
    assert len({picture.tobytes() for picture in everything}) == len(everything)


def test_generating_leaves_numpys_global_random_numbers_alone():
    before = np.random.get_state()[1].copy()
    generate(10, 5)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_hidden_split_depends_on_its_seed_and_has_the_same_classes():
    x, y = hidden_split("shapes10", 2**70 + 1, 1_000)
    again, _ = hidden_split("shapes10", 2**70 + 1, 1_000)
    other, _ = hidden_split("shapes10", 2**70 + 2, 1_000)
    np.testing.assert_array_equal(x, again)
    assert (x != other).any()
    assert (np.bincount(y) == 100).all()


def test_hidden_split_looks_like_the_public_pictures(public):
    (pictures, _), _ = public
    hidden, _ = hidden_split("shapes10", 77, 1_000)
    assert abs(hidden.mean() - pictures.mean()) < 3
    assert abs(hidden.std() - pictures.std()) < 3


def neighbours(train, test, k):
    """Accuracy of kNN with the 2-norm."""
    (x, y), (z, wanted) = train, test
    x, z = x.reshape(len(x), -1).astype(np.float32), z.reshape(len(z), -1).astype(np.float32)
    order = np.argsort((x**2).sum(1) - 2 * z @ x.T, axis=1, kind="stable")[:, :k]
    guess = [np.bincount(y[row], minlength=10).argmax() for row in order]
    return (np.array(guess) == wanted).mean()


def test_nearest_neighbours_are_well_above_chance_and_far_from_perfect(public):
    assert 0.22 < neighbours(*public, k=1) < 0.45
    assert 0.25 < neighbours(*public, k=10) < 0.45


def test_a_linear_classifier_learns_something_but_not_everything(public):
    (x, y), (z, wanted) = public
    x, z = x.reshape(len(x), -1).astype(np.float32), z.reshape(len(z), -1).astype(np.float32)
    mean = x.mean(0)
    x, z = (x - mean) / 64, (z - mean) / 64
    targets = np.eye(10, dtype=np.float32)[y] - 0.1
    dual = np.linalg.solve(x @ x.T + 2e4 * np.eye(len(x), dtype=np.float32), targets)  # ridge regression
    accuracy = ((z @ (x.T @ dual)).argmax(1) == wanted).mean()
    assert 0.28 < accuracy < 0.5


def test_the_stream_is_uniform_and_repeatable():
    numbers = Stream(1, 5).fractions(100_000)
    assert numbers.dtype == np.float32
    assert numbers.min() >= 0 and numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.01 and abs(numbers.var() - 1 / 12) < 0.005
    np.testing.assert_array_equal(numbers, Stream(1, 5).fractions(100_000))
    assert sorted(Stream(1, 5).order(100)) == list(range(100))


def test_splits_of_load_data_do_not_overlap(elsewhere):
    data = load_data("shapes10", train=500, validation=500, test=500, quiet=True)
    pictures = [x.tobytes() for split in (data.X_train, data.X_val, data.X_test) for x in split]
    assert len(set(pictures)) == 1_500

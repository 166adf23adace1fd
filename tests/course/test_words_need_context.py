"""hw6's point: a word alone says little about what it names, and the window around it nearly everything."""

import numpy as np
import pytest

from labkit.data import load_model, load_sentences

ATLEAST = 0.15


@pytest.fixture(scope="module")
def data():
    return load_sentences(quiet=True)


def joined(sentences):
    """All words, and all tags."""
    return np.concatenate([s.words for s in sentences]), np.concatenate([s.tags for s in sentences])


def mean_f1(tags, predicted):
    """The mean F1 of the three kinds of names."""
    kinds = (1, 2, 3)
    hits = [2 * np.sum((tags == k) & (predicted == k)) for k in kinds]
    return np.mean(
        [hit / (np.sum(tags == k) + np.sum(predicted == k)) for k, hit in zip(kinds, hits, strict=True)]
    )


def by_window(model, sentences, context=2):
    """Labels that a saved window classifier gives to all words."""
    padding = np.zeros(context, int)
    padded = [np.concatenate([padding, s.words, padding]) for s in sentences]
    X = np.concatenate([np.lib.stride_tricks.sliding_window_view(row, 2 * context + 1) for row in padded])
    h = np.tanh(model["L"][X].reshape(len(X), -1) @ model["W"].T + model["b"])
    return (h @ model["U"].T + model["c"]).argmax(axis=1)


def by_word(data, rows):
    """The commonest tag of each word in training: nobody who sees the word alone can do better on such sentences."""
    counts = np.zeros((len(data.vocabulary), 4))
    np.add.at(counts, joined(data.train), 1)
    return counts.argmax(axis=1)[rows]


def test_window_is_worth_many_points_of_f1(class_of, data):
    model = load_model(class_of("hw6").solution / "window_best.npz")
    for sentences in (data.val, data.test):
        rows, tags = joined(sentences)
        assert mean_f1(tags, by_window(model, sentences)) > mean_f1(tags, by_word(data, rows)) + ATLEAST


def test_accuracy_hides_it(data):
    rows, tags = joined(data.test)
    assert np.mean(tags == 0) > 0.85  # who always says none is right nine times out of ten
    assert np.mean(by_word(data, rows) == tags) > 0.9

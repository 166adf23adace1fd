"""The sentences: the same on every machine, names in new company in validation and test."""

import hashlib

import numpy as np
import pytest

from labkit.data import TALE, hidden_sentences, load_sentences
from labkit.data.phrases import ABOUT_NAMES, ENDINGS, NAMES, OPENINGS, ORDINARY
from labkit.data.sentences import CLASS_NAMES, PADDING


@pytest.fixture(scope="module")
def data():
    return load_sentences(quiet=True)


def parts(data):
    return {"train": data.train, "val": data.val, "test": data.test}


def joined(sentences):
    """All words, and all tags."""
    return np.concatenate([s.words for s in sentences]), np.concatenate([s.tags for s in sentences])


def test_sentences_are_the_same_on_every_machine(data):
    digest = hashlib.sha256(" ".join(data.vocabulary).encode())
    for sentences in parts(data).values():
        for array in joined(sentences):
            digest.update(array.astype("<i8").tobytes())
    assert digest.hexdigest()[:16] == "8e97c95c813445c2"


def test_sentences_are_whole(data):
    assert [len(sentences) for sentences in parts(data).values()] == [2400, 600, 600]
    assert data.vocabulary[0] == PADDING and data.vocabulary[1:] == tuple(sorted(data.vocabulary[1:]))
    for sentences in parts(data).values():
        rows, tags = joined(sentences)
        assert rows.dtype == tags.dtype == np.int64
        assert rows.min() >= 1 and rows.max() < len(data.vocabulary)
        assert set(tags.tolist()) == {0, 1, 2, 3}
        assert all(len(s.words) == len(s.tags) for s in sentences)


def test_every_word_occurs_in_training(data):
    assert set(joined(data.train)[0].tolist()) == set(range(1, len(data.vocabulary)))


def about_names(data, sentences):
    """(phrase, name) of every sentence about names: the phrase with its names replaced by their kinds."""
    starts = sorted((opening.split() for opening in OPENINGS), key=len, reverse=True)
    ends = sorted((ending.split() for ending in ENDINGS), key=len, reverse=True)
    for sentence in sentences:
        words, names = [], []
        for row, tag in zip(sentence.words.tolist(), sentence.tags.tolist(), strict=True):
            word = data.vocabulary[row]
            if tag and words and words[-1] == CLASS_NAMES[tag]:
                names[-1] += f" {word}"
            elif tag:
                words.append(CLASS_NAMES[tag])
                names.append(word)
            else:
                words.append(word)
        opening = next(start for start in starts if words[: len(start)] == start)
        words = words[len(opening) :]
        ending = next(end for end in ends if not end or words[-len(end) :] == end)
        phrase = " ".join(words[: len(words) - len(ending)])
        if names:
            assert phrase in ABOUT_NAMES
            yield from ((phrase, name) for name in names)
        else:
            assert phrase in ORDINARY
            yield phrase, " ".join(opening)


def test_pairs_of_phrase_and_name_are_new_in_validation_and_test(data):
    pairs = {part: set(about_names(data, sentences)) for part, sentences in parts(data).items()}
    assert not pairs["train"] & pairs["val"] and not pairs["train"] & pairs["test"]
    assert not pairs["val"] & pairs["test"]
    assert {phrase for phrase, _ in pairs["test"]} <= {phrase for phrase, _ in pairs["train"]}


def test_names_are_what_they_can_be(data):
    for name, kinds in NAMES.items():
        assert kinds and set(kinds) <= set(CLASS_NAMES[1:]), name
    rows, tags = joined(data.train)
    schwab = np.bincount(tags[rows == data.row("schwab")], minlength=4)
    assert schwab[3] > 4 * schwab[2] > 0


def test_hidden_sentences_are_others(data):
    known = {data.text(sentence) for sentences in parts(data).values() for sentence in sentences}
    one, again, other = hidden_sentences(5, 200), hidden_sentences(5, 200), hidden_sentences(6, 200)
    texts = [[data.text(sentence) for sentence in drawn] for drawn in (one, again, other)]
    assert texts[0] == texts[1] != texts[2]
    assert sum(text in known for text in texts[0]) < 60  # few words make a sentence, so some are met again
    assert hidden_sentences(5, 0) == ()


@pytest.mark.parametrize("seed, n", [(-1, 5), (1, -5), (1, 10**9)])
def test_numbers_that_make_no_sense_are_refused(seed, n):
    with pytest.raises(ValueError, match="must be"):
        hidden_sentences(seed, n)


def test_word_that_is_not_there_is_named(data):
    assert data.vocabulary[data.row("paris")] == "paris"
    with pytest.raises(ValueError, match="no word 'Paris'"):
        data.row("Paris")


def test_one_line_says_what_was_loaded(capsys, data):
    assert repr(load_sentences()) == repr(data)
    assert (
        capsys.readouterr().out
        == "Data: 2,400 / 600 / 600 sentences (train / validation / test), 289 words\n"
    )


def test_tale_is_short_and_plain():
    assert 3000 < len(TALE) < 4000
    assert set(TALE) <= set("abcdefghijklmnopqrstuvwxyz \n.,:?!")

"""Sentences with names in them, each word marked as none, a place, a person or an organization.

from labkit.data import load_sentences
data = load_sentences()
data.text(data.train[0])       # "museums in paris are amazing"
data.train[0].tags             # array([0, 0, 1, 0, 0]), indices into data.class_names

Nothing is downloaded and nothing is stored: sentences are made of the names and phrases in `phrases.py`, always the
same ones for the same seed, on every machine. The names are ambiguous on purpose. Every name occurs in training,
and so does every phrase; but a name that stands in a phrase in the validation or test sentences has never stood in
that phrase in the training sentences.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.data.phrases import ABOUT_NAMES, ENDINGS, NAMES, OPENINGS, ORDINARY
from labkit.data.stream import Stream

VERSION = 1
CLASS_NAMES = ("none", "LOC", "PER", "ORG")
PADDING = "·"  # word 0: stands before the first and after the last word of a sentence

_ORDINARY = 0.25  # share of sentences without a name
_PARTS = {"train": (0, 1, 2), "val": (3,), "test": (4,)}  # of the five classes of pairs (phrase, name)
_CLASSES = 5
_SEEDS = {"train": 1, "val": 2, "test": 3}
_SIZES = {"train": 2400, "val": 600, "test": 600}
_HIDDEN = 0x5E27  # keeps hidden sentences apart from the public ones, whatever the seed
_LARGEST = 20_000


@dataclass(frozen=True, eq=False)
class Sentence:
    """words: (T,) int64, row numbers of the vocabulary. tags: (T,) int64, indices into CLASS_NAMES."""

    words: NDArray[np.int64]
    tags: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences in three splits.

    train, val, test: tuples of `Sentence`.
    vocabulary: all words, V of them; word 0 is padding and occurs in no sentence. class_names: of the tags.
    """

    train: tuple[Sentence, ...]
    val: tuple[Sentence, ...]
    test: tuple[Sentence, ...]
    vocabulary: tuple[str, ...]
    class_names: tuple[str, ...] = CLASS_NAMES

    def text(self, sentence: Sentence | NDArray[np.int64]) -> str:
        """A sentence, or a window of row numbers, as text."""
        rows = sentence.words if isinstance(sentence, Sentence) else sentence
        return " ".join(self.vocabulary[row] for row in rows)

    def row(self, word: str) -> int:
        """The row number of a word. Raises ValueError where the vocabulary does not have it."""
        if word not in self.vocabulary:
            raise ValueError(f"the vocabulary has no word {word!r}; its words are in lower case")
        return self.vocabulary.index(word)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{part} {len(getattr(self, part)):,}" for part in _SIZES)
        return f"Sentences({sizes}; {len(self.vocabulary)} words)"


def load_sentences(quiet: bool = False) -> Sentences:
    """The sentences of the course; prints one line that says how many, unless `quiet`."""
    train, val, test = (_draw(size, part, _SEEDS[part]) for part, size in _SIZES.items())
    if not quiet:
        counts = " / ".join(f"{size:,}" for size in _SIZES.values())
        print(f"Data: {counts} sentences (train / validation / test), {len(vocabulary())} words")
    return Sentences(train, val, test, vocabulary())


def hidden_sentences(seed: int, n: int) -> tuple[Sentence, ...]:
    """Sentences that `load_sentences` never gives, for questions about accuracy. The seed is the staff's secret.

    Arguments: seed, a non-negative integer; n, how many. They are made as the test sentences are.
    """
    for name, value, largest in (("seed", seed, None), ("n", n, _LARGEST)):
        if operator.index(value) < 0 or (largest is not None and value > largest):
            raise ValueError(
                f"{name} must be {f'from 0 to {largest:,}' if largest else '0 or more'}, got {value}"
            )
    return _draw(n, "test", _HIDDEN, seed)


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """All words, in alphabetical order behind the padding."""
    text = " ".join([*NAMES, *ABOUT_NAMES, *ORDINARY, *OPENINGS, *ENDINGS])
    return (PADDING, *sorted(set(text.split()) - set(CLASS_NAMES)))


def _draw(count: int, part: str, *entropy: int) -> tuple[Sentence, ...]:
    chances = Stream(1, VERSION, *entropy).fractions(count, 8).tolist()
    return tuple(_sentence(row, part) for row in chances)


def _sentence(chances: Sequence[float], part: str) -> Sentence:
    """One sentence of a part, from eight numbers in [0, 1): kind, phrase, opening, ending, and up to four names."""
    kind, which, before, after, *names = chances
    phrases = ORDINARY if kind < _ORDINARY else ABOUT_NAMES
    phrase = int(which * len(phrases))
    # Words without a name have no pair (phrase, name): there the opening takes the place of the name.
    openings = [
        number for number in range(len(OPENINGS)) if phrases is ABOUT_NAMES or _in(part, phrase, number)
    ]
    marked = [(word, "none") for word in OPENINGS[openings[int(before * len(openings))]].split()]
    draws = iter(names)
    for word in phrases[phrase].split():
        if word in CLASS_NAMES:
            marked += [(one, word) for one in _name(next(draws), word, phrase, part).split()]
        else:
            marked.append((word, "none"))
    marked += [(word, "none") for word in ENDINGS[int(after * len(ENDINGS))].split()]
    rows, tags = _rows(), [CLASS_NAMES.index(tag) for _, tag in marked]
    return Sentence(np.array([rows[word] for word, _ in marked], np.int64), np.array(tags, np.int64))


def _name(chance: float, tag: str, phrase: int, part: str) -> str:
    """A name that can be this, and that stands in this phrase in this part; one of weight 9 is nine times as likely."""
    fitting = [
        name
        for number, (name, weights) in enumerate(NAMES.items())
        if _in(part, phrase, number)
        for _ in range(weights.get(tag, 0))
    ]
    return fitting[int(chance * len(fitting))]


def _in(part: str, phrase: int, other: int) -> bool:
    return (phrase + other) % _CLASSES in _PARTS[part]


@functools.cache
def _rows() -> dict[str, int]:
    return {word: row for row, word in enumerate(vocabulary())}

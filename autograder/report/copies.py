"""Submissions that look alike: a hint for a person, never a verdict.

Only what students wrote is compared (`autograder.report.written`). Names, comments, strings and layout do not count:
copydetect turns the code into a skeleton and fingerprints every run of `RUN` characters of it. Runs that are also in
the scaffold, or in more than `USUAL` different submissions, are what everybody writes, and do not count either.
Submissions with the same skeleton are taken together first, so that a solution that was handed round stays visible,
however many handed it in.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from copydetect import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage
from numpy.typing import NDArray

from autograder.report.written import Excerpt, Written

RUN = 30  # characters of a skeleton, in which every name is one letter: about two lines
USUAL = 10
LEAST = 200  # characters of a skeleton that two submissions must share
MOST_COMPARED = 400  # pairs
MOST_PAIRS = 40
MOST_PASSAGES = 12

Hashes = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """Submissions that look alike.

    Attributes:
        left, right: students. All of one side have the same skeleton; where `right` is empty, that is the finding.
        shared: characters of skeleton that both sides have and few others.
        shares: of each side's own code (scaffold and usual code left out), 0 to 1.
        passages: the matching lines of the first student of either side (or the first two), the longest first.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    shared: int
    shares: tuple[float, float]
    passages: tuple[tuple[Excerpt, Excerpt], ...]


def find_copies(texts: Mapping[str, Written], scaffold: str) -> tuple[Pair, ...]:
    """Compare all submissions with each other; the most alike first.

    Args:
        texts: what each student wrote.
        scaffold: all code that was given out.
    """
    given = _hashes(_fingerprint(scaffold))
    groups: dict[bytes, list[str]] = defaultdict(list)
    prints: list[Hashes] = []
    for student, text in texts.items():
        own = np.setdiff1d(_hashes(_fingerprint(text.text)), given, assume_unique=True)
        if own.size:
            key = own.tobytes()
            if key not in groups:
                prints.append(own)
            groups[key].append(student)
    members = list(groups.values())
    everywhere, counts = np.unique(np.concatenate([np.empty(0, int), *prints]), return_counts=True)
    common = {*given.tolist(), *everywhere[counts > USUAL].tolist()}
    comparison = _Comparison(texts, common)
    found = [comparison.within(group) for group in members if len(group) > 1]
    found += [comparison.between(members[a], members[b]) for a, b in _candidates(prints, counts, everywhere)]
    alike = sorted((pair for pair in found if pair.shared >= LEAST), key=lambda pair: -pair.shared)
    return tuple(alike[:MOST_PAIRS])


def _candidates(prints: list[Hashes], counts: Hashes, everywhere: Hashes) -> list[tuple[int, int]]:
    """Pairs of prints that share the most runs which few others have."""
    rare = everywhere[(counts > 1) & (counts <= USUAL)]
    having: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(prints):
        for run in np.intersect1d(own, rare, assume_unique=True).tolist():
            having[run].append(number)
    shared = Counter(pair for numbers in having.values() for pair in combinations(numbers, 2))
    return [pair for pair, runs in shared.most_common(MOST_COMPARED) if runs + RUN > LEAST]


def _fingerprint(text: str) -> CodeFingerprint:
    """Every run of the text's skeleton (a window of 1: none is left out, so that the result is always the same)."""
    return CodeFingerprint("", RUN, 1, fp=io.StringIO(text), language="python")


def _hashes(fingerprint: CodeFingerprint) -> Hashes:
    return np.unique(np.fromiter(fingerprint.hashes, dtype=np.int64))


class _Comparison:
    """Looks closely at pairs: which characters are shared, and where they are in the two texts."""

    def __init__(self, texts: Mapping[str, Written], common: set[int]) -> None:
        self._texts, self._common = texts, common
        self._prints: dict[str, CodeFingerprint] = {}

    def within(self, group: list[str]) -> Pair:
        return self._pair(tuple(group), (), group[0], group[1])

    def between(self, left: list[str], right: list[str]) -> Pair:
        return self._pair(tuple(left), tuple(right), left[0], right[0])

    def _pair(self, left: tuple[str, ...], right: tuple[str, ...], one: str, other: str) -> Pair:
        prints = self._print(one), self._print(other)
        shared, shares, slices = compare_files(*prints)
        passages = [
            (left_side, right_side)
            for here, there in _matched(prints, slices)
            for left_side, right_side in _by_file(
                self._texts[one].excerpts(*here), self._texts[other].excerpts(*there)
            )
        ]
        passages.sort(key=lambda sides: -len(sides[0].code))
        first, second = (min(1.0, float(share)) for share in shares)
        return Pair(left, right, int(shared), (first, second), tuple(passages[:MOST_PASSAGES]))

    def _print(self, student: str) -> CodeFingerprint:
        """The fingerprint without runs that everybody has."""
        if student not in self._prints:
            made = _fingerprint(self._texts[student].text)
            made.hash_idx = {run: places for run, places in made.hash_idx.items() if run not in self._common}
            made.hashes = set(made.hash_idx)
            made.token_coverage = get_token_coverage(made.hash_idx, RUN, len(made.filtered_code))
            self._prints[student] = made
        return self._prints[student]


def _by_file(left: dict[str, Excerpt], right: dict[str, Excerpt]) -> Iterator[tuple[Excerpt, Excerpt]]:
    """Excerpts side by side: of the same file where both have it, else of whatever file the other has."""
    for file, excerpt in left.items():
        yield excerpt, right.get(file) or next(iter(right.values()))


def _matched(
    prints: tuple[CodeFingerprint, CodeFingerprint], slices: Any
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Which stretch of the one text is like which stretch of the other: the one with which it shares the most runs."""
    runs = list(prints[0].hashes & prints[1].hashes)
    here, there = (np.asarray(each, dtype=int) for each in slices)  # (2, stretches): starts and ends
    votes = Counter(zip(_stretches(prints[0], runs, here), _stretches(prints[1], runs, there), strict=True))
    best = {a: b for (a, b), _ in reversed(votes.most_common())}
    for a, b in sorted(best.items()):
        yield (int(here[0, a]), int(here[1, a])), (int(there[0, b]), int(there[1, b]))


def _stretches(fingerprint: CodeFingerprint, runs: list[int], slices: Hashes) -> list[int]:
    """The stretch of the text in which each run is first found."""
    removed = fingerprint.offsets  # (tokens, 2): a place in the skeleton, characters left out before it
    at = np.array([fingerprint.hash_idx[run][0] for run in runs], dtype=int)
    row = np.clip(np.searchsorted(removed[:, 0], at), 0, len(removed) - 1)
    found = np.searchsorted(slices[0], at + removed[row, 1], side="right") - 1
    return [max(0, number) for number in found.tolist()]

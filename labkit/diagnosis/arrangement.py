"""Hypotheses: the right numbers in the wrong places, or only some of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from labkit.diagnosis.evidence import Diagnosis, Evidence, certainty, named


def transposed(evidence: Evidence) -> Iterator[Diagnosis]:
    expected = evidence.expected
    for a, b in combinations(range(expected.ndim), 2):
        if expected.shape[a] != expected.shape[b] or expected.shape[a] < 2:
            continue
        found = evidence.restores(np.swapaxes(evidence.got, a, b))
        where = "" if expected.ndim == 2 else f" in axes {a} and {b}"
        yield Diagnosis(
            "transposed",
            f"{evidence.name} is the transpose of the expected gradient{where}; the array is square, so its shape hides it.",
            "Entry [i, j] must say how the loss changes with entry [i, j] of the variable. Which index of each factor is which?",
            certainty(found),
        )


def flipped(evidence: Evidence) -> Iterator[Diagnosis]:
    expected = evidence.expected
    axes = range(expected.ndim)
    for count in (1, 2):
        for chosen in combinations(axes, count):
            if any(expected.shape[axis] < 2 for axis in chosen):
                continue
            found = evidence.restores(np.flip(evidence.got, chosen))
            yield Diagnosis(
                "flipped",
                f"{evidence.name} is the expected gradient in reverse order along {named(chosen)}.",
                "Which index runs backwards? Compare forward and backward at the first and the last entry.",
                certainty(found, fitted=1),
            )


def offset(evidence: Evidence) -> Iterator[Diagnosis]:
    """Every entry stands one place too early or too late."""
    expected = evidence.expected
    for axis in range(expected.ndim):
        if expected.shape[axis] < 3:
            continue
        for step in (1, -1):
            back = np.roll(evidence.got, -step, axis=axis)
            edge = [slice(None)] * expected.ndim
            edge[axis] = slice(-1, None) if step == 1 else slice(0, 1)
            open_edge = back.copy()
            open_edge[tuple(edge)] = np.nan
            found = max(evidence.restores(back), evidence.restores(open_edge))
            yield Diagnosis(
                "offset",
                f"{evidence.name} holds the right numbers one place {'later' if step == 1 else 'earlier'} along axis {axis}.",
                "Check where your index starts and ends: from 0, up to but not including the length?",
                certainty(found, fitted=1),
            )


def permuted(evidence: Evidence) -> Iterator[Diagnosis]:
    """The rows (or columns) are right but in another order."""
    if evidence.got.ndim != 2 or not evidence.known.all():
        return
    for axis, what in ((0, "rows"), (1, "columns")):
        expected = np.moveaxis(evidence.expected, axis, 0)
        got = np.moveaxis(evidence.got, axis, 0)
        if len(got) < 2 or got.shape[1] < 2:
            continue
        distance = np.abs(got[:, None, :] - expected[None, :, :]).max(axis=2)
        order = distance.argmin(axis=1)
        if len(set(order.tolist())) < len(order) or np.array_equal(order, np.arange(len(order))):
            continue
        found = evidence.support(np.moveaxis(expected[order], 0, axis))
        moved = [f"{i} holds {j}" for i, j in enumerate(order.tolist()) if i != j]
        shown = ", ".join(moved[:4]) + (" …" if len(moved) > 4 else "")
        yield Diagnosis(
            "permuted",
            f"{evidence.name} holds the right {what} in another order ({what[:-1]} {shown}).",
            "Are the examples or classes sorted, shuffled or looked up somewhere between forward and backward?",
            certainty(found, fitted=1),
        )


def misplaced(evidence: Evidence) -> Iterator[Diagnosis]:
    """The right numbers in other places; or in every picture the right sum, but spread in another way."""
    expected, got = evidence.expected, evidence.got
    if not evidence.known.all() or not got.any():
        return
    moved, name = f"in {int(evidence.wrong.sum())} of {got.size} places", evidence.name
    rows = [
        (
            np.sort(expected, axis=None),
            np.sort(got, axis=None),
            f"{name} holds the right numbers, but {moved} not where they belong.",
        )
    ]
    if got.ndim == 4:
        said = f"In every picture {name} has the right sum, but {moved} not the right share of it."
        rows.append((expected.sum(axis=(2, 3)), got.sum(axis=(2, 3)), said))
    for right, given, observed in rows:
        slack = evidence.tolerance.max() * (expected.size / right.size) + 1e-6 * np.abs(right)
        apart = len(np.unique(np.round(right[np.abs(right) > 100 * slack] / (100 * slack.max()))))
        if np.all(np.abs(given - right) <= slack) and apart >= 5:
            yield Diagnosis(
                "misplaced",
                observed,
                "How does each number find its place: by an index, a reshape, a transpose? Follow one of them to where it lands.",
                certainty(apart, fitted=3),
            )
            return


def masks(evidence: Evidence) -> Iterator[Diagnosis]:
    """Right where it is not zero; what should be zero is not, or the other way round."""
    name, known = evidence.name, evidence.known
    small = evidence.tolerance
    with np.errstate(invalid="ignore"):
        off_expected = known & (np.abs(evidence.expected) <= small)
        off_got = known & (np.abs(evidence.got) <= small)
    wrong = evidence.wrong
    on_both = known & ~off_expected & ~off_got
    if off_expected.sum() >= 2 and off_got.sum() >= 2 and not on_both.any() and wrong.all():
        yield Diagnosis(
            "mask_inverted",
            f"{name} is zero where it should not be, and not zero where it should be.",
            "Which entries does the forward pass let through? Compare the condition of your mask with it.",
            certainty(int(wrong.sum()), fitted=2),
        )
    if on_both.sum() < 3 or (wrong & on_both).any() or wrong.sum() < 2:
        return
    if not (wrong & ~off_expected).any():
        yield Diagnosis(
            "mask_missing",
            f"{name} is right wherever the expected gradient is not zero, but {wrong.sum()} entries that should be zero are not.",
            "Which entries of the input have no influence on the output? Nothing must flow back to them.",
            certainty(int(on_both.sum()), fitted=2),
        )
    elif not (wrong & ~off_got).any():
        yield Diagnosis(
            "entries_left_out",
            f"{name} is right in {on_both.sum()} entries and zero in {wrong.sum()} that should not be.",
            f"Which entries of {name} does your code never write to? {_places(evidence)}",
            certainty(int(on_both.sum()), fitted=2),
        )


NEARLY = 1e-4  # the largest error, as a share of the largest entry


def _nearly(evidence: Evidence) -> bool:
    """Whether no entry is wrong by more than a small share of the largest one."""
    known = evidence.known
    largest = float(np.abs(evidence.expected[known]).max())
    return float(np.abs(evidence.got - evidence.expected)[known].max()) <= NEARLY * largest


def nearly(evidence: Evidence) -> Iterator[Diagnosis]:
    """Wrong, but hardly: the formula is right, and some small number in it is not."""
    with np.errstate(invalid="ignore"):
        telling = int((evidence.known & (np.abs(evidence.expected) > 100 * evidence.tolerance)).sum())
    if not _nearly(evidence):
        return
    yield Diagnosis(
        "nearly",
        f"{evidence.name} is almost right: no entry is off by more than {NEARLY:.2%} of the largest one.",
        "Is a small number such as 1e-8 added somewhere for safety, in a log, a root or a divisor, in one of "
        "forward and backward only?",
        certainty(telling, fitted=4),
    )


def few_entries(evidence: Evidence) -> Iterator[Diagnosis]:
    """Right but for a few entries: says which."""
    wrong, known = evidence.wrong, evidence.known
    if _nearly(evidence):
        return
    bad, good = int(wrong.sum()), int((known & ~wrong).sum())
    with np.errstate(invalid="ignore"):
        telling = int((known & ~wrong & (np.abs(evidence.expected) > 20 * evidence.tolerance)).sum())
    if good < 3 * bad or telling < 5 or (evidence.context.upstream is None and _whole_lines(evidence)):
        return
    what = "one entry" if bad == 1 else f"{bad} entries"
    yield Diagnosis(
        "few_entries",
        f"{evidence.name} is right in {good} of the entries compared; {what} {'is' if bad == 1 else 'are'} wrong. {_places(evidence)}",
        "What is special about these places: a first or last index, the correct class, a tie, an empty slice?",
        certainty(telling, fitted=3, single=0.9),
    )


def _whole_lines(evidence: Evidence) -> bool:
    """Whether the wrong entries fill lines along an axis: in a loss, the examples at hand may be the reason."""
    for axis in range(evidence.got.ndim if evidence.got.ndim > 1 else 0):
        others = tuple(other for other in range(evidence.got.ndim) if other != axis)
        bad = evidence.wrong.sum(axis=others)
        if np.all((bad == 0) | (bad == evidence.known.sum(axis=others))):
            return True
    return False


def _places(evidence: Evidence) -> str:
    """Where the wrong entries are, in words: one row, one column, the border, or a list."""
    places = np.argwhere(evidence.wrong)
    shape = evidence.got.shape
    if len(places) > 1:
        for axis, length in enumerate(shape):
            at = set(places[:, axis].tolist())
            if len(at) == 1 and length > 1:
                index = ", ".join(str(next(iter(at))) if a == axis else ":" for a in range(len(shape)))
                return f"All of them are in {evidence.name}[{index}]."
    if len(places) > 4 and len(shape) >= 2:
        last = np.array(shape) - 1
        big = np.array(shape) > 2
        if bool(np.all(((places == 0) | (places == last))[:, big].any(axis=1))):
            return "All of them are at the border."
    shown = ", ".join(f"[{', '.join(map(str, place))}]" for place in places[:4].tolist())
    return f"Look at {shown}{' …' if len(places) > 4 else ''}."

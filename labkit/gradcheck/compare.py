"""Is this array the gradient? Random directions first, entries where those fail or the array is small.

A gradient g predicts the derivative along any direction v as g . v. A wrong entry spoils almost every
random direction, so that a few directions test an array of any size; directions over the entries where
g is zero or small keep these from hiding behind large ones. Only what fails is measured entry by entry:
all of them when the budget allows, else a wrong entry found by halving, and a grid of rows and columns
through it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labkit.gradcheck.differences import POINTS, BudgetSpent, Differences, Floats, Slope

HUGE = 1e100  # squares of this do not overflow; whatever is larger is wrong anyway
TINY = 1e-15  # not distinguished from zero even where a function is exactly constant
SMALL = 20  # arrays up to this size are measured entry by entry
ZEROS = 24  # entries at zero looked at when directions had to leave them out
SAMPLE = 72  # entries measured one by one in a large array
ROUGH = 0.02  # relative error of a difference from which it cannot decide


class Tolerance(NamedTuple):
    """Relative tolerance, and absolute tolerance in units of the gradient (None: from its size)."""

    relative: float
    absolute: float | None = None


@dataclass
class Case:
    """One gradient to compare: what the student gave, for one or more upstream gradients.

    got: (p, *x.shape), one for each of the first p contractions of ``slopes``.
    rounding: how far rounding errors alone move the given gradients, (p, *x.shape); asked for only
    when a difference must be explained.
    """

    slopes: Differences
    got: Floats
    tolerance: Tolerance
    rng: np.random.Generator
    rounding: Callable[[], Floats] | None = None
    noise: Floats | float = 0.0

    def __post_init__(self) -> None:
        self.got = np.clip(self.got, -HUGE, HUGE)

    def explain_by_rounding(self) -> bool:
        """Allow for the rounding errors of the given gradients; False if that was done before."""
        if self.rounding is None:
            return False
        self.noise, self.rounding = self.rounding(), None
        return True

    @property
    def absolute(self) -> Floats:
        """Absolute tolerance for each upstream gradient, (p,)."""
        p = len(self.got)
        if self.tolerance.absolute is not None:
            return np.full(p, self.tolerance.absolute)
        flat = self.got.reshape(p, -1)
        size = np.sqrt(np.mean(flat**2, axis=1)) if flat.size else np.zeros(p)
        return 0.03 * self.tolerance.relative * size + TINY

    def noise_at(self, k: int) -> Floats:
        """Rounding error of the k-th given gradient, flat."""
        return np.broadcast_to(self.noise, self.got.shape)[k].ravel()


@dataclass(frozen=True)
class Comparison:
    """What was measured. Arrays over the n measured entries and p upstream gradients (m contractions).

    ``checked`` marks entries that count: no kink, and an error that leaves something to decide.
    """

    passed: bool
    compared: str
    indices: NDArray[np.intp]  # (n,)
    value: Floats  # (n, m)
    error: Floats  # (n, m)
    checked: NDArray[np.bool_]  # (n,)
    kinked: NDArray[np.bool_]  # (n,)
    wrong: NDArray[np.bool_]  # (n, p)
    direction_error: float | None = None  # largest relative error along a random direction
    direction_difference: float | None = None
    undecided: bool = False

    @property
    def kinks(self) -> int:
        return int(np.sum(~self.checked))


class _Verdict(NamedTuple):
    agrees: bool
    decides: bool
    relative: float
    absolute: float


def compare(case: Case) -> Comparison:
    """Compare the given gradients with differences, as cheaply as the answer allows."""
    x = case.slopes.x
    if x.size <= SMALL:
        return _entries(case, np.arange(x.size))
    tried = _Directions()
    try:
        _try_directions(case, tried)
    except BudgetSpent:
        tried.settled = False
    if tried.settled:
        if not tried.skipped:
            return _with_directions(_entries(case, np.arange(0)), tried)
        zeros = case.rng.permutation(np.flatnonzero(x == 0))[:ZEROS]
        return _with_directions(_entries(case, np.sort(zeros)), tried)
    if case.slopes.left >= 2 * POINTS * x.size:
        return _entries(case, np.arange(x.size))
    return _with_directions(_entries(case, _grid(case, tried.failing)), tried)


def agrees(case: Case) -> bool:
    """Whether random directions alone speak for the gradient; nothing is measured entry by entry."""
    tried = _Directions()
    try:
        _try_directions(case, tried)
    except BudgetSpent:
        return False
    return tried.settled and not tried.skipped


@dataclass
class _Directions:
    """What the random directions said: whether they settled it, and one that disagrees, if any."""

    verdicts: list[_Verdict] = field(default_factory=list)
    settled: bool = False
    skipped: bool = False  # entries where x is zero were left out of a direction
    failing: Floats | None = None


def _try_directions(case: Case, tried: _Directions) -> None:
    x = case.slopes.x
    for mask in _supports(case):
        direction = _direction(case, mask)
        verdict = _along(case, direction)
        if not verdict.decides:
            # Zeros are where kinks sit (dead units, padding): look at everything else.
            without = np.where(x == 0, 0.0, direction)
            if without.any() and not np.array_equal(without, direction):
                tried.skipped, direction = True, without
                verdict = _along(case, direction)
        if not verdict.agrees and case.explain_by_rounding():
            verdict = _along(case, direction)
        tried.verdicts.append(verdict)
        if not verdict.agrees:
            tried.failing = direction
            return
        if not verdict.decides:
            return
    tried.settled = True


def _supports(case: Case) -> list[NDArray[np.bool_]]:
    """Sets of entries to move together: all (twice), those with a zero gradient, those with a small one."""
    everything = np.ones(case.slopes.x.shape, dtype=bool)
    size = np.abs(case.got).max(axis=0)
    zero = size == 0
    supports = [everything, everything]
    if zero.any() and not zero.all():
        supports.append(zero)
    if (~zero).sum() > 1:
        supports.append(~zero & (size <= np.median(size[~zero])))
    return supports


def _direction(case: Case, mask: NDArray[np.bool_]) -> Floats:
    shape = case.slopes.x.shape
    signs = case.rng.choice([-1.0, 1.0], size=shape) * case.rng.uniform(0.5, 1.5, size=shape)
    return np.where(mask, signs * case.slopes.scale, 0.0)


def _along(case: Case, direction: Floats) -> _Verdict:
    p = len(case.got)
    v = direction.ravel()
    moved = case.got.reshape(p, -1) * v  # (p, size)
    size = np.sqrt(np.sum(moved**2, axis=1))
    noise = np.array([np.linalg.norm(case.noise_at(k) * v) for k in range(p)])
    tolerance = case.tolerance.relative * size + case.absolute * np.linalg.norm(v) + 3 * noise
    floor = 1e-9 * case.slopes.natural[:p]
    slope = case.slopes.along(direction, 0.25 * tolerance + floor)
    value, error = slope.value[:p], slope.error[:p]
    difference = np.abs(moved.sum(axis=1) - value)
    agrees = difference <= tolerance + 2 * error
    scale = np.maximum(size, np.abs(value))
    decides = 2 * error <= ROUGH * scale + tolerance + 1e3 * floor
    relative = difference / np.maximum(scale, np.maximum(1e3 * floor, 1e-300))
    return _Verdict(bool(agrees.all()), bool(decides.all()), float(relative.max()), float(difference.max()))


def _measure(case: Case, indices: NDArray[np.intp]) -> tuple[NDArray[np.intp], list[Slope]]:
    """Slopes of these entries, in a random order so that a spent budget leaves a fair sample."""
    p = len(case.got)
    got = case.got.reshape(p, -1)
    scale = case.slopes.scale.ravel()
    floor = 1e-11 * case.slopes.natural[:p]
    order = indices
    if case.slopes.left < POINTS * len(indices) * 2:
        order = case.rng.permutation(indices)
    done: list[int] = []
    slopes: list[Slope] = []
    for index in order:
        target = 0.25 * (case.tolerance.relative * np.abs(got[:, index]) + case.absolute)
        try:
            slopes.append(case.slopes.entry(int(index), target + floor / scale[index]))
        except BudgetSpent:
            break
        done.append(int(index))
    return np.array(done, dtype=np.intp), slopes


def _entries(case: Case, wanted: NDArray[np.intp]) -> Comparison:
    """Measure these entries and judge them."""
    p, total, m = len(case.got), case.slopes.x.size, len(case.slopes.weights)
    indices, slopes = _measure(case, wanted)
    n = len(indices)
    value = np.array([slope.value for slope in slopes]).reshape(n, m)
    error = np.array([slope.error for slope in slopes]).reshape(n, m)
    kinked = np.array([slope.kink[:p].any() for slope in slopes], dtype=bool)
    got = case.got.reshape(p, -1)[:, indices].T  # (n, p)
    floor = 1e-6 * case.slopes.natural[:p] / case.slopes.scale.ravel()[indices][:, None]
    scale = np.maximum(np.abs(got), np.abs(value[:, :p]))
    rough = 2 * error[:, :p] > 5 * ROUGH * scale + floor + case.absolute
    checked = ~(kinked | rough.any(axis=1))
    # At a kink any slope between the one-sided ones is right; the error spans them.
    counted = checked if checked.any() else np.ones_like(checked)
    wrong = _wrong(case, indices, got, value[:, :p], error[:, :p]) & counted[:, None]
    if wrong.any() and case.explain_by_rounding():
        wrong &= _wrong(case, indices, got, value[:, :p], error[:, :p])
    compared = f"all {total} entries" if n == total else f"{n} of {total:,} entries"
    return Comparison(
        not wrong.any(),
        "the only entry" if total == n == 1 else compared,
        indices,
        value,
        error,
        checked,
        kinked,
        wrong,
        undecided=total > 0 and not checked.any() and not kinked.any(),
    )


def _wrong(
    case: Case, indices: NDArray[np.intp], got: Floats, value: Floats, error: Floats
) -> NDArray[np.bool_]:
    noise = np.stack([case.noise_at(k)[indices] for k in range(got.shape[1])], axis=1)
    allowed = case.tolerance.relative * np.maximum(np.abs(got), np.abs(value)) + case.absolute
    return np.abs(got - value) > allowed + 2 * error + noise


def _with_directions(entries: Comparison, tried: _Directions) -> Comparison:
    """Where only some entries were measured, a direction that disagrees fails the gradient too."""
    verdicts = tried.verdicts
    compared = entries.compared
    if tried.settled:
        compared = f"{len(verdicts)} random directions"
        compared += f" and {len(entries.indices)} entries at zero" if tried.skipped else ""
    return replace(
        entries,
        passed=entries.passed and all(verdict.agrees for verdict in verdicts),
        compared=compared,
        direction_error=max((verdict.relative for verdict in verdicts), default=None),
        direction_difference=max((verdict.absolute for verdict in verdicts), default=None),
        undecided=entries.undecided and not tried.settled,
    )


def _grid(case: Case, failing: Floats | None) -> NDArray[np.intp]:
    """Flat indices of a grid of rows and columns, through a wrong entry when halving finds one."""
    shape = case.slopes.x.shape
    rows = shape[0] if len(shape) > 1 else 1
    columns = case.slopes.x.size // rows
    found = None if failing is None else _halve(case, failing)
    affordable = max(1, min(SAMPLE, case.slopes.left // (POINTS + 2)))
    side = max(1, int(np.sqrt(affordable)))
    n_rows = min(rows, max(side, affordable // min(columns, side)))
    n_columns = min(columns, max(1, affordable // n_rows))
    chosen_rows = case.rng.choice(rows, size=n_rows, replace=False)
    chosen_columns = case.rng.choice(columns, size=n_columns, replace=False)
    if found is not None:
        row, column = divmod(found, columns)
        if row not in chosen_rows:
            chosen_rows[0] = row
        if column not in chosen_columns:
            chosen_columns[0] = column
    grid = np.add.outer(np.sort(chosen_rows) * columns, np.sort(chosen_columns))
    return grid.ravel().astype(np.intp)


def _halve(case: Case, direction: Floats) -> int | None:
    """Follow a direction that disagrees to a single entry, by moving one half of its entries at a time."""
    flat = direction.ravel()
    support = np.flatnonzero(flat)
    while len(support) > 1 and case.slopes.left > case.slopes.budget // 2:
        half = support[: len(support) // 2]
        part = np.zeros_like(flat)
        part[half] = flat[half]
        try:
            verdict = _along(case, part.reshape(direction.shape))
        except BudgetSpent:
            return None
        support = support[len(support) // 2 :] if verdict.agrees else half
    return int(support[0]) if len(support) == 1 else None

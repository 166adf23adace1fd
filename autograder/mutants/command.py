"""`autograder mutants`: which mutants are judged, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from autograder.homework import Course, CourseError, Homework, is_below
from autograder.mutants.generate import Mutant, mutants_of, sampled
from autograder.mutants.report import Row, Run, read_run, row_of, write_run
from autograder.mutants.run import ELSEWHERE, KILLED, SURVIVED, equivalents, judged

FEWEST = 300  # mutants of a homework that say something about its checks as a whole


@dataclass(frozen=True)
class Choice:
    """Which mutants of a homework are judged.

    Attributes:
        region: only those in regions of this name or below it.
        sample, seed: only so many, drawn with the seed; 0: all.
        left: only those that the last whole run did not kill.
    """

    region: str | None = None
    sample: int = 0
    seed: int = 0
    left: bool = False


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        rows: one per judged mutant.
        lines: for people: the mutants that are not caught, then counts.
        problems: how many mutants are not caught where they sit, and stale entries among the equivalent ones.
    """

    rows: tuple[Row, ...]
    lines: tuple[str, ...]
    problems: int


def judge_mutants(
    course: Course,
    homework: Homework,
    choice: Choice,
    sandbox: str,
    workers: int,
    started: Callable[[int], None],
    advance: Callable[[str], None],
) -> Found:
    """Judge a homework's mutants. A run over all of them, or a large sample, is kept for `docs/quality.py`.

    Raises:
        CourseError: no region of that name is graded, the homework cannot be judged, or nothing is left of a run
            that is not kept.
    """
    everything = mutants_of(homework)
    last = read_run(course, homework.name) if choice.left else None
    mutants = _chosen(homework, everything, choice, last)
    started(len(mutants))
    rows = []
    for mutant, verdict in judged(course, homework, mutants, sandbox=sandbox, workers=workers):
        rows.append(row_of(mutant, verdict))
        advance(mutant.region)
    lines = [_line(row) for row in rows if not row.good]
    stale = sorted(set(equivalents(homework)) - {mutant.key for mutant in everything})
    lines += [f"no such mutant any more: {name}: {before}  →  {after}" for name, before, after in stale]
    run = None
    if last is not None:
        new = {row.place: row for row in rows}
        run = replace(last, rows=tuple(new.get(row.place, row) for row in last.rows))
    elif choice.region is None and len(mutants) >= min(FEWEST, len(everything)):
        run = Run(len(everything), choice.seed if len(mutants) < len(everything) else None, tuple(rows))
    if run is not None:
        lines.append(f"Kept in {write_run(course, homework.name, run)}")
    counts = Counter(row.verdict for row in rows)
    lines.append(
        f"{len(rows)} mutants: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    )
    return Found(tuple(rows), tuple(lines), counts[SURVIVED] + counts[ELSEWHERE] + len(stale))


def _chosen(
    homework: Homework, everything: tuple[Mutant, ...], choice: Choice, last: Run | None
) -> tuple[Mutant, ...]:
    mutants = tuple(m for m in everything if choice.region is None or is_below(m.region, choice.region))
    if not mutants:
        names = ", ".join(sorted({mutant.region for mutant in everything})) or "none"
        raise CourseError(f"{homework.name} has no graded region {choice.region!r}; it has {names}.")
    if last is not None:
        places = {mutant.place for mutant in everything}
        if last.made != len(everything) or any(row.place not in places for row in last.rows):
            raise CourseError(
                f"The solution of {homework.name} has changed since the last whole run of its mutants. "
                f"Run: autograder mutants {homework.name}"
            )
        left = {row.place for row in last.rows if row.verdict != KILLED}
        mutants = tuple(m for m in mutants if m.place in left)
    return sampled(mutants, choice.sample, choice.seed) if choice.sample else mutants


def _line(row: Row) -> str:
    by = f" by {row.question} only" if row.verdict == ELSEWHERE else ""
    return f"✗ {row.verdict}{by}: {row.region} ({row.file}, line {row.line}, {row.kind}): {row.before}  →  {row.after}"

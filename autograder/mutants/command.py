"""`autograder mutants`: which mutants are judged, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from autograder.homework import Course, CourseError, Homework, is_below
from autograder.mutants.generate import mutants_of, sampled
from autograder.mutants.report import Row, row_of, write_rows
from autograder.mutants.run import ELSEWHERE, SURVIVED, equivalents, judged

FEWEST = 300  # mutants of a homework that say something about its checks as a whole


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        rows: one per mutant.
        lines: for people: the mutants that are not caught, then counts.
        problems: how many mutants are not caught where they sit, and stale entries among the equivalent ones.
    """

    rows: tuple[Row, ...]
    lines: tuple[str, ...]
    problems: int


def judge_mutants(
    course: Course,
    homework: Homework,
    region: str | None,
    sample: int,
    seed: int,
    sandbox: str,
    workers: int,
    started: Callable[[int], None],
    advance: Callable[[str], None],
) -> Found:
    """Judge a homework's mutants. A run over all of them, or a large sample, is kept for `docs/quality.py`.

    Raises:
        CourseError: no region of that name is graded, or the homework cannot be judged.
    """
    everything = mutants_of(homework)
    mutants = tuple(m for m in everything if region is None or is_below(m.region, region))
    if not mutants:
        names = ", ".join(sorted({mutant.region for mutant in everything})) or "none"
        raise CourseError(f"{homework.name} has no graded region {region!r}; it has {names}.")
    if sample:
        mutants = sampled(mutants, sample, seed)
    started(len(mutants))
    rows = []
    for mutant, verdict in judged(course, homework, mutants, sandbox=sandbox, workers=workers):
        rows.append(row_of(mutant, verdict))
        advance(mutant.region)
    lines = [_line(row) for row in rows if not row.good]
    stale = sorted(set(equivalents(homework)) - {mutant.key for mutant in everything})
    lines += [f"no such mutant any more: {name}: {before}  →  {after}" for name, before, after in stale]
    if region is None and len(mutants) >= min(FEWEST, len(everything)):
        lines.append(f"Kept in {write_rows(course, homework.name, rows)}")
    counts = Counter(row.verdict for row in rows)
    lines.append(
        f"{len(rows)} mutants: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    )
    return Found(tuple(rows), tuple(lines), counts[SURVIVED] + counts[ELSEWHERE] + len(stale))


def _line(row: Row) -> str:
    by = f" by {row.question} only" if row.verdict == ELSEWHERE else ""
    return f"✗ {row.verdict}{by}: {row.region} ({row.file}, line {row.line}, {row.kind}): {row.before}  →  {row.after}"

"""A report as text, for terminals and logs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from labkit.checks.outcome import Finding, Outcome, Report

MARKS = {"passed": "✓", "not written": "○", "waiting": "…"}
WIDTH = 100


def render(report: Report) -> str:
    """The whole report: a line per check, and below each failure what was found."""
    done = sum(outcome.passed for outcome in report.outcomes)
    state = "passed" if report.passed else f"{done} of {len(report.outcomes)} checks pass"
    lines = [f"{report.question}: {state}"]
    lines += [f"  note: {note}" for note in report.notes]
    for outcome in report.outcomes:
        lines += _outcome(outcome)
    return "\n".join(lines)


def mark(outcome: Outcome) -> str:
    """✓ passed, ✗ wrong, ○ not written yet, … waiting for an earlier question."""
    return MARKS.get(outcome.status, "✗")


def partly(outcome: Outcome) -> str:
    """A remark for an outcome that counts in part."""
    if outcome.passed and outcome.credit < 1:
        return "  (counts as far as the checks of the values pass)"
    return f"  ({outcome.credit:.0%} of it holds)" if 0 < outcome.credit < 1 else ""


def _outcome(outcome: Outcome) -> Iterator[str]:
    yield f"  {mark(outcome)} {outcome.title}{partly(outcome)}"
    if outcome.waits_for:
        yield f"      waits for {outcome.waits_for}: mend that one first"
    for finding in outcome.findings:
        for line in lines_of(finding):
            yield from textwrap.wrap(
                line, WIDTH, initial_indent="      ", subsequent_indent="        ", break_long_words=False
            )


def lines_of(finding: Finding) -> Iterator[str]:
    """A finding in plain lines: the problem, expected and got, the error and its place, diagnosis, hint."""
    yield finding.sentence
    if finding.expected is not None:
        yield f"expected: {finding.expected}"
    if finding.got is not None:
        yield f"     got: {finding.got}"
    if finding.error is not None:
        place = f", largest at {finding.where}" if finding.where else ""
        yield f"relative error: {finding.error:.2g}{place}"
    for file, number, function, code in finding.frames[-3:]:
        yield f"{file}, line {number}{f', in {function}' if function else ''}: {code}"
    if finding.diagnosis:
        yield f"looks like: {finding.diagnosis}"
    if finding.hint:
        yield f"hint: {finding.hint}"

"""What a gradient check found, as data that a terminal, a notebook or a grader can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labkit.diagnosis import Diagnosis

Picture = tuple[tuple[float, ...], ...]

SHADES = " .:-=+*%@#"


@dataclass(frozen=True)
class GradientReport:
    """The verdict on one gradient.

    ``relative_error`` and ``absolute_error`` are the largest ones, over entries where entries were
    compared and over random directions otherwise; ``worst``, ``expected`` and ``got`` belong to the
    worst entry (None where only directions were needed). ``uncertainty`` is how wrong the finite
    differences themselves may be there. ``kinks`` counts the entries left out because the function
    has a corner in them. ``picture`` holds relative errors from 0 to 1, at most 32 x 32.
    """

    name: str
    passed: bool
    code: str = "ok"  # ok values shape dtype nonfinite missing random changed rough forward
    problem: str | None = None
    relative_error: float | None = None
    absolute_error: float | None = None
    worst: tuple[int, ...] | None = None
    expected: float | None = None
    got: float | None = None
    uncertainty: float | None = None
    evaluations: int = 0
    kinks: int = 0
    compared: str = "values not compared"
    picture: Picture | None = None
    diagnosis: Diagnosis | None = None

    @property
    def where(self) -> str | None:
        """The worst entry as a student would index it: ``dW[2, 0]``."""
        if self.worst is None:
            return None
        return self.name + (f"[{', '.join(map(str, self.worst))}]" if self.worst else "")

    def __str__(self) -> str:
        return "\n".join(_gradient_lines(self))


@dataclass(frozen=True)
class LayerReport:
    """The verdict on all gradients of a layer or a loss.

    ``problem`` is the first thing to look at, in one sentence; ``problems`` holds what concerns the
    functions as a whole (inputs changed in place, results that change from call to call).
    """

    name: str
    passed: bool
    problem: str | None = None
    problems: tuple[str, ...] = ()
    gradients: Mapping[str, GradientReport] = field(default_factory=dict)
    evaluations: int = 0
    kinks: int = 0

    @property
    def credit(self) -> float:
        """The share that is right, from 0 to 1: of the gradients, and of what concerns the functions as a whole.

        A problem of these counts as much as a gradient; 0 when the functions could not be compared.
        """
        if not self.gradients:
            return float(self.passed)
        right = sum(report.passed for report in self.gradients.values())
        return right / (len(self.gradients) + len(self.problems))

    def __str__(self) -> str:
        lines = [f"{_tick(self.passed)} {self.name}"]
        lines += [f"    {problem}" for problem in self.problems]
        for report in self.gradients.values():
            lines += ["  " + line for line in _gradient_lines(report)]
        return "\n".join(lines)


def distinct(a: float | None, b: float | None) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see the difference, six at least."""
    for digits in (6, 9, 12, 17):
        shown = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


def _tick(passed: bool) -> str:
    return "✓" if passed else "✗"


def _gradient_lines(report: GradientReport) -> list[str]:
    facts = [] if report.relative_error is None else [f"relative error {report.relative_error:.1e}"]
    facts.append(f"{report.compared}, {report.evaluations} evaluations")
    if report.kinks:
        facts.append(f"{report.kinks} at a kink left out")
    head = f"{_tick(report.passed)} {report.name}  ({', '.join(facts)})"
    if report.passed:
        return [head]
    lines = [head, f"    {report.problem}"]
    if report.diagnosis is not None:
        lines += [f"    {report.diagnosis.sentence}", f"    Hint: {report.diagnosis.hint}"]
    if report.picture is not None and sum(map(len, report.picture)) > 1:
        lines += ["    where it is wrong (# wrong, . nearly right):"]
        lines += ["    |" + "".join(_shade(value) for value in row) + "|" for row in report.picture]
    return lines


def _shade(value: float) -> str:
    return SHADES[min(len(SHADES) - 1, int(value * len(SHADES)))] if value > 0 else " "

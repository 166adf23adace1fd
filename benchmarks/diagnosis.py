"""How often the gradient checker names the mistake in a wrong backward pass, and how often the name is right.

Every mutant (`autograder mutants`) of a backward pass or a loss with gradients in the solutions goes through the checker.
Where it names a mistake, that claim is tried on other inputs of other sizes (of the same sizes, where the mutant works for
no others), with exact gradients: precision is the share of names that hold there, coverage the share of backward passes with
wrong values that get one (a wrong shape or a NaN needs no name). The mutants are split in two by a seed; hypotheses are
written with the first half in view (`--show`), the second is held back.

    python benchmarks/diagnosis.py [--show] [--keep docs/quality/diagnosis.json]
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import signal
import sys
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from diagnosis_claims import holds
from diagnosis_measured import Measured
from diagnosis_subjects import SUBJECTS, Layer, Loss

from autograder.homework import Course
from autograder.mutants.generate import Mutant, mutants_of
from labkit.gradcheck import GradientReport

ROOT = Path(__file__).parents[1]
SEED = 20261127  # of the split
SECONDS = 20  # of the processor, for one mutant; a few never end
SIZES, OTHER_SIZES = ((5, 7, 4), (4, 4, 4)), ((6, 8, 3), (5, 5, 5))  # examples, inputs, outputs


class _Endless(BaseException):
    """A mutant does not end."""


@dataclass(frozen=True)
class Found:
    """What is said of one wrong gradient, and the same on inputs of another size (None: the mutant fails there)."""

    mutant: Mutant
    gradient: str
    report: GradientReport
    elsewhere: Measured | None

    @property
    def true(self) -> bool:
        """Whether a mistake is named, and the claim holds elsewhere."""
        diagnosis = self.report.diagnosis
        return diagnosis is not None and self.elsewhere is not None and holds(diagnosis.code, self.elsewhere)

    @property
    def held_back(self) -> bool:
        return held_back(self.mutant)


def held_back(mutant: Mutant) -> bool:
    """Whether a mutant belongs to the half that nobody looks at."""
    return hashlib.sha256(f"{SEED} {mutant.key}".encode()).digest()[0] % 2 == 1


def module_from(source: str, name: str) -> Any:
    """A module of a homework from its text; imports of its neighbours find the solution's."""
    module = types.ModuleType(name)
    module.__package__ = "nndl"
    exec(compile(source, f"{name}.py", "exec"), vars(module))
    return module


def examined(subject: Layer | Loss, mutant: Mutant) -> Iterator[Found]:
    """The gradients of a mutant that are refused for their values. Others (shape, NaN, None) need no name."""
    name = Path(mutant.file).stem
    wrong, right = module_from(mutant.source, name), module_from(mutant.original, name)
    for size, other in zip(SIZES, OTHER_SIZES, strict=True):
        report = subject.report(
            wrong, subject.inputs(np.random.default_rng(1), *size), np.random.default_rng(2)
        )
        failing = {key: one for key, one in report.gradients.items() if one.code == "values"}
        if not failing:
            continue
        elsewhere: dict[str, Measured] = {}
        for another in (other, size):  # a few mutants work for one of these sizes alone
            with contextlib.suppress(Exception):  # the mutant's own
                elsewhere = subject.measured(
                    wrong, right, subject.inputs(np.random.default_rng(3), *another), np.random.default_rng(4)
                )
                break
        for key, one in failing.items():
            yield Found(mutant, key, one, elsewhere.get(key))
        return


def _proved(subject: Layer | Loss, mutant: Mutant) -> None:
    """Exit where the solution itself does not pass: then nothing would be measured."""
    right = module_from(mutant.original, Path(mutant.file).stem)
    for size in (*SIZES, *OTHER_SIZES):
        report = subject.report(
            right, subject.inputs(np.random.default_rng(1), *size), np.random.default_rng(2)
        )
        if not report.passed:
            sys.exit(f"the solution of {mutant.region} is refused: {report.problem}")


def _alarm(*_: Any) -> None:
    raise _Endless


def all_found(*, in_view: bool) -> list[Found]:
    """Everything that is said of the mutants of all subjects, or of the half in view.

    Mutants that raise or never end say nothing.
    """
    found: list[Found] = []
    signal.signal(signal.SIGPROF, _alarm)
    for homework in sorted({homework for homework, _ in SUBJECTS}):
        folder = str(ROOT / "solutions" / homework)
        sys.path.insert(0, folder)
        proved: set[str] = set()
        for mutant in mutants_of(Course(ROOT).homework(homework)):
            subject = SUBJECTS.get((homework, mutant.region))
            if subject is None or (in_view and held_back(mutant)):
                continue
            if mutant.region not in proved:
                _proved(subject, mutant)
                proved.add(mutant.region)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
                    found += examined(subject, mutant)
            except (Exception, _Endless):  # its message is the student's, not the checker's
                continue
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        sys.path.remove(folder)
        for name in [name for name in sys.modules if name.split(".")[0] == "nndl"]:
            del sys.modules[name]
    return found


def summary(found: list[Found]) -> dict[str, Any]:
    """Counts, precision and coverage over wrong backward passes; per code how often it was named and was right; and
    per kind of mutant how many were wrong, were named, and rightly so.

    A backward pass counts as named where at least one of its gradients is; what is said of the first of these counts.
    """
    first: dict[tuple[str, str, str], Found] = {}
    for one in found:
        kept = first.setdefault(one.mutant.key, one)
        if kept.report.diagnosis is None and one.report.diagnosis is not None:
            first[one.mutant.key] = one
    named = [one for one in first.values() if one.report.diagnosis is not None]
    codes = Counter(one.report.diagnosis.code for one in named if one.report.diagnosis)
    right = Counter(one.report.diagnosis.code for one in named if one.report.diagnosis and one.true)
    kinds, kinds_named, kinds_right = (
        Counter(one.mutant.kind for one in some)
        for some in (first.values(), named, [one for one in named if one.true])
    )
    return {
        "wrong": len(first),
        "named": len(named),
        "precision": sum(one.true for one in named) / max(1, len(named)),
        "coverage": len(named) / max(1, len(first)),
        "codes": {code: [count, right[code]] for code, count in codes.most_common()},
        "kinds": {kind: [n, kinds_named[kind], kinds_right[kind]] for kind, n in kinds.most_common()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--show", action="store_true", help="only the half in view; print what is not named there, or wrongly"
    )
    parser.add_argument("--keep", type=Path, help="write the numbers to this file too")
    arguments = parser.parse_args()
    found = all_found(in_view=arguments.show)
    halves = {"in view": [one for one in found if not one.held_back]}
    if not arguments.show:
        halves["held back"] = [one for one in found if one.held_back]
    if arguments.show:
        for one in halves["in view"]:
            if not one.true:
                said = one.report.diagnosis.sentence if one.report.diagnosis else one.report.problem
                print(f"{one.mutant}\n    {one.gradient}: {said}")
    summaries = {name: summary(half) for name, half in halves.items()}
    for name, numbers in summaries.items():
        print(
            f"{name}: {numbers['wrong']} wrong backward passes, {numbers['named']} named; "
            f"precision {numbers['precision']:.1%} (goal: 95%), coverage {numbers['coverage']:.1%} (goal: 70%)"
        )
        for code, (count, true) in numbers["codes"].items():
            print(f"    {code:32} {count:4} named, {true:4} right")
    if arguments.keep is not None:
        arguments.keep.parent.mkdir(parents=True, exist_ok=True)
        arguments.keep.write_text(json.dumps(summaries, indent=1) + "\n")


if __name__ == "__main__":
    main()

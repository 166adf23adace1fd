"""Whether any check ever refuses right code: every check with many seeds, on the solution and on the correct samples.

Each seed takes one of the versions in turn: the solution, and every file of samples/hwN/modules/correct that answers the
check's question. A check stops early where its seconds are used up; how many seeds it got is kept.

    python benchmarks/flakiness.py hw2 [--seeds 500] [--seconds 20] [--keep docs/quality/flakiness_hw2.json]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "course"))

from corpus import module_of, samples, users  # noqa: E402

from autograder.homework import Course  # noqa: E402
from labkit.checks import Check, load_checks  # noqa: E402
from labkit.checks.__main__ import _notebooks  # noqa: E402
from labkit.checks.run import run_check  # noqa: E402
from labkit.checks.student import LocalStudent  # noqa: E402


@dataclass
class Tally:
    """What became of one check with one version: seeds run and the seeds that failed, with what was said."""

    question: str
    title: str
    version: str
    seeds: int
    failures: list[tuple[int, str]]


def _checks(homework: str) -> list[Check]:
    folder = ROOT / "solutions" / homework
    found = load_checks(folder / "checks") + load_checks(folder / "hidden", hidden=True)
    return [check for check in found if not check.on_file]


def _versions(homework: str) -> dict[str, list[str]]:
    """The files that answer a module's questions, by the module's name; "" is the solution."""
    course = Course(ROOT).homework(homework)
    answering: dict[str, list[str]] = {}
    for path in samples(homework, "modules", correct=True):
        for name in users(course, module_of(course, path)):
            answering.setdefault(name, []).append(str(path))
    return answering


def tallies(homework: str, version: str, seeds: int, seconds: float) -> list[Tally]:
    """All checks that a version answers, with its share of the seeds. Runs in a process of its own."""
    course = Course(ROOT).homework(homework)
    answering = _versions(homework)
    found = []
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        trial = Path(scratch) / homework
        shutil.copytree(ROOT / "solutions" / homework, trial)
        if version:
            shutil.copy(version, trial / module_of(course, Path(version)))
        sys.path.insert(0, str(trial))
        os.chdir(trial)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            student = LocalStudent(trial, _notebooks(trial))
            for check in _checks(homework):
                versions = ["", *answering.get(check.question.split(".")[0], ())]
                if version in versions:
                    mine = range(versions.index(version), seeds, len(versions))
                    found.append(_tally(check, student, version, mine, seconds / len(versions)))
    return found


def _tally(check: Check, student: LocalStudent, version: str, seeds: range, seconds: float) -> Tally:
    tally = Tally(check.question, check.title, Path(version).stem or "solution", 0, [])
    began = time.process_time()
    for seed in seeds:
        outcome = run_check(check, student, seed)
        tally.seeds += 1
        if not outcome.passed:
            said = outcome.findings[0].problem if outcome.findings else outcome.status
            tally.failures.append((seed, said))
        if time.process_time() - began > seconds:
            break
    return tally


def all_tallies(homework: str, seeds: int, seconds: float, workers: int) -> Iterator[Tally]:
    versions = ["", *map(str, samples(homework, "modules", correct=True))]
    with ProcessPoolExecutor(workers, max_tasks_per_child=1) as pool:
        for found in pool.map(
            tallies,
            *zip(*[(homework, version, seeds, seconds) for version in versions], strict=True),
        ):
            yield from found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("homework")
    parser.add_argument("--seeds", type=int, default=500, help="for each check, over all versions (500)")
    parser.add_argument("--seconds", type=float, default=20, help="processor time for each check (20)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (one per processor)")
    parser.add_argument("--keep", type=Path, help="write the numbers to this file too")
    arguments = parser.parse_args()
    found = list(all_tallies(arguments.homework, arguments.seeds, arguments.seconds, arguments.workers))
    by_check: dict[tuple[str, str], int] = {}
    for tally in found:
        key = (tally.question, tally.title)
        by_check[key] = by_check.get(key, 0) + tally.seeds
        for seed, said in tally.failures:
            print(f"✗ {tally.question}, {tally.title!r}, {tally.version}, seed {seed}: {said}")
    failing = [asdict(tally) for tally in found if tally.failures]
    runs, full = sum(by_check.values()), sum(1 for count in by_check.values() if count >= arguments.seeds)
    print(
        f"{arguments.homework}: {len(by_check)} checks, {runs:,} runs, {full} checks with all {arguments.seeds} seeds "
        f"(fewest: {min(by_check.values())}), {sum(len(one['failures']) for one in failing)} failures"
    )
    if arguments.keep is not None:
        arguments.keep.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "checks": len(by_check),
            "runs": runs,
            "seeds": arguments.seeds,
            "full": full,
            "fewest": min(by_check.values()),
            "versions": len({tally.version for tally in found}),
            "failing": failing,
        }
        arguments.keep.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()

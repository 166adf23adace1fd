"""Whether any check ever refuses right code: every check with many seeds, on the solution and on the correct samples.

Each seed takes one of the versions in turn: the solution, and every file of samples/hwN/modules/correct that answers the
check's question. A check stops early where its seconds are used up; how many seeds it got is kept, and `--more` goes on
from there with those checks alone.

    python benchmarks/flakiness.py hw2 [--seeds 500] [--seconds 20] [--keep docs/quality/flakiness_hw2.json] [--more]
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
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "course"))

from corpus import module_of, samples, users  # noqa: E402

from autograder.homework import Course  # noqa: E402
from labkit.checks import Check, load_checks  # noqa: E402
from labkit.checks.__main__ import _notebooks  # noqa: E402
from labkit.checks.run import run_check  # noqa: E402
from labkit.checks.student import LocalStudent  # noqa: E402

Short = dict[str, dict[str, int]]  # seeds by version, of checks that have not had all


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


def _label(version: str) -> str:
    return Path(version).stem or "solution"


def _key(one: Check | Tally) -> str:
    return f"{one.question}: {one.title}"


def _versions(homework: str) -> dict[str, list[str]]:
    """The files that answer a module's questions, by the module's name; "" is the solution."""
    course = Course(ROOT).homework(homework)
    answering: dict[str, list[str]] = {}
    for path in samples(homework, "modules", correct=True):
        for name in users(course, module_of(course, path)):
            answering.setdefault(name, []).append(str(path))
    return answering


def tallies(homework: str, version: str, seeds: int, seconds: float, earlier: Short | None) -> list[Tally]:
    """All checks that a version answers, with its share of the seeds. Runs in a process of its own.

    Args:
        earlier: what has been run before; then only these checks are run, with the seeds that are left.
    """
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
                if version in versions and (earlier is None or _key(check) in earlier):
                    done = earlier[_key(check)].get(_label(version), 0) if earlier is not None else 0
                    mine = range(versions.index(version), seeds, len(versions))[done:]
                    found.append(_tally(check, student, version, mine, seconds / len(versions)))
    return found


def _tally(check: Check, student: LocalStudent, version: str, seeds: range, seconds: float) -> Tally:
    tally = Tally(check.question, check.title, _label(version), 0, [])
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


def all_tallies(
    homework: str, seeds: int, seconds: float, workers: int, earlier: Short | None
) -> Iterator[Tally]:
    versions = ["", *map(str, samples(homework, "modules", correct=True))]
    with ProcessPoolExecutor(workers, max_tasks_per_child=1) as pool:
        for found in pool.map(
            tallies,
            *zip(*[(homework, version, seeds, seconds, earlier) for version in versions], strict=True),
        ):
            yield from found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("homework")
    parser.add_argument("--seeds", type=int, default=500, help="for each check, over all versions (500)")
    parser.add_argument("--seconds", type=float, default=20, help="processor time for each check (20)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (one per processor)")
    parser.add_argument("--keep", type=Path, help="write the numbers to this file too")
    parser.add_argument("--more", action="store_true", help="go on with checks that had too few seeds")
    arguments = parser.parse_args()
    record: dict[str, Any] = {"checks": 0, "runs": 0, "seeds": arguments.seeds, "failing": []}
    earlier: Short | None = None
    if arguments.more:
        if arguments.keep is None or not arguments.keep.is_file():
            parser.error("--more needs --keep with what was kept before")
        record = json.loads(arguments.keep.read_text())
        arguments.seeds, earlier = record["seeds"], record["short"]
    counts: Short = {key: dict(versions) for key, versions in (earlier or {}).items()}
    names = set()
    for tally in all_tallies(
        arguments.homework, arguments.seeds, arguments.seconds, arguments.workers, earlier
    ):
        of_check = counts.setdefault(_key(tally), {})
        of_check[tally.version] = of_check.get(tally.version, 0) + tally.seeds
        record["runs"] += tally.seeds
        names.add(tally.version)
        if tally.failures:
            record["failing"].append(asdict(tally))
        for seed, said in tally.failures:
            print(f"✗ {_key(tally)}, {tally.version}, seed {seed}: {said}")
    if earlier is None:
        record |= {"checks": len(counts), "versions": len(names)}
    record["short"] = {
        key: versions for key, versions in counts.items() if sum(versions.values()) < arguments.seeds
    }
    record["full"] = record["checks"] - len(record["short"])
    record["fewest"] = min([sum(one.values()) for one in record["short"].values()], default=arguments.seeds)
    print(
        f"{arguments.homework}: {record['checks']} checks, {record['runs']:,} runs, {record['full']} checks with all "
        f"{arguments.seeds} seeds (fewest: {record['fewest']}), "
        f"{sum(len(one['failures']) for one in record['failing'])} failures"
    )
    if arguments.keep is not None:
        arguments.keep.parent.mkdir(parents=True, exist_ok=True)
        arguments.keep.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

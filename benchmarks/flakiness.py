"""Whether any check ever refuses right code: every check with many seeds, on the solution and on the correct samples.

The solution gets every seed. The files of samples/hwN/modules/correct that answer the check's question share as many again,
taking turns. A check stops early where its seconds are used up; how many seeds it got is kept, and `--more` goes on from
there with those checks alone. What is kept is kept after each version, so that a run may be killed.

    python benchmarks/flakiness.py hw2 [--seeds 500] [--seconds 20] [--keep docs/quality/flakiness_hw2.json] [--more]
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import json
import os
import shutil
import sys
import tempfile
import time
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
                others = answering.get(check.question.split(".")[0], [])
                if (version and version not in others) or (
                    earlier is not None and _key(check) not in earlier
                ):
                    continue
                share = range(others.index(version), seeds, len(others)) if version else range(seeds)
                mine = share[earlier[_key(check)][_label(version)] :] if earlier else share
                if mine:
                    found.append(
                        _tally(check, student, version, mine, seconds / (len(others) if version else 1))
                    )
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("homework")
    parser.add_argument("--seeds", type=int, default=500, help="of the solution, and of the others (500)")
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
    counts: Short = copy.deepcopy(earlier) if earlier is not None else _none_yet(arguments.homework)
    versions = ["", *map(str, samples(arguments.homework, "modules", correct=True))]
    if earlier is None:
        record |= {"checks": len(counts), "versions": len(versions)}
    with ProcessPoolExecutor(arguments.workers, max_tasks_per_child=1) as pool:
        running = [
            pool.submit(tallies, arguments.homework, version, arguments.seeds, arguments.seconds, earlier)
            for version in versions
        ]
        for each in running:
            for tally in each.result():
                _add(record, counts, tally)
            _summarize(record, counts)
            if arguments.keep is not None:
                arguments.keep.parent.mkdir(parents=True, exist_ok=True)
                arguments.keep.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print(
        f"{arguments.homework}: {record['checks']} checks, {record['runs']:,} runs, {record['full']} checks with all "
        f"{arguments.seeds} seeds (fewest: {record['fewest']}), "
        f"{sum(len(one['failures']) for one in record['failing'])} failures"
    )


def _none_yet(homework: str) -> Short:
    answering = _versions(homework)
    return {
        _key(check): {
            _label(version): 0 for version in ("", *answering.get(check.question.split(".")[0], ()))
        }
        for check in _checks(homework)
    }


def _add(record: dict[str, Any], counts: Short, tally: Tally) -> None:
    counts[_key(tally)][tally.version] += tally.seeds
    record["runs"] += tally.seeds
    if tally.failures:
        record["failing"].append(asdict(tally))
    for seed, said in tally.failures:
        print(f"✗ {_key(tally)}, {tally.version}, seed {seed}: {said}", flush=True)


def _summarize(record: dict[str, Any], counts: Short) -> None:
    fewest = {key: _fewest(versions, record["seeds"]) for key, versions in counts.items()}
    record["short"] = {key: counts[key] for key, least in fewest.items() if least < record["seeds"]}
    record["full"] = record["checks"] - len(record["short"])
    record["fewest"] = min(fewest.values(), default=record["seeds"])


def _fewest(versions: dict[str, int], seeds: int) -> int:
    """Seeds of the solution or of all the others together, whichever is less."""
    others = [count for version, count in versions.items() if version != "solution"]
    return min(versions["solution"], sum(others) if others else seeds)


if __name__ == "__main__":
    main()

"""Whether any check ever refuses right code: every check with many seeds, on the solution and on the correct samples.

The solution gets every seed. The files of samples/hwN/{modules,cells}/correct that answer the check's question share as many
again, taking turns. A check stops early where its seconds are used up. What was run is kept after each version, so that a run may
be killed; the next one goes on where it ended, and begins anew with the checks of files that have changed since.

    python benchmarks/flakiness.py hw2 [--seeds 500] [--seconds 20] [--keep docs/quality/flakiness_hw2.json]
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
from hashlib import sha256
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "course"))

from corpus import CELLS, MODULES, module_of, named, samples, users  # noqa: E402

from autograder.homework import Course  # noqa: E402
from autograder.samples import put_cells  # noqa: E402
from labkit.checks import Check, load_checks  # noqa: E402
from labkit.checks.__main__ import _notebooks  # noqa: E402
from labkit.checks.run import run_check  # noqa: E402
from labkit.checks.student import LocalStudent  # noqa: E402

Done = dict[str, dict[str, int]]  # seeds by version, of each check


@dataclass
class Tally:
    """What became of one check with one version: seeds run and the seeds that failed, with what was said."""

    check: str
    version: str
    seeds: int
    failures: list[tuple[int, str]]


def _checks(homework: str) -> list[Check]:
    folder = ROOT / "solutions" / homework
    found = load_checks(folder / "checks") + load_checks(folder / "hidden", hidden=True)
    return [check for check in found if not check.on_file]


def _label(version: str) -> str:
    return Path(version).stem or "solution"


def _key(check: Check) -> str:
    return f"{check.question}: {check.title}{' (hidden)' if check.hidden else ''}"


def _correct(homework: str) -> dict[Path, set[str]]:
    """The correct modules and cells, and what each answers: all questions of some modules, or the questions it names."""
    course = Course(ROOT).homework(homework)
    modules = {
        path: users(course, module_of(course, path)) for path in samples(homework, MODULES, correct=True)
    }
    return modules | {path: set(named(path, "question")) for path in samples(homework, CELLS, correct=True)}


def _left(runs: dict[str, int], version: str, seeds: int) -> range:
    """The seeds that a version still has to run: all of them, or those of its turns."""
    if version not in runs:
        return range(0)
    others = [label for label in runs if label != "solution"]
    share = range(others.index(version), seeds, len(others)) if version in others else range(seeds)
    return share[runs[version] :]


def tallies(homework: str, version: str, seeds: int, seconds: float, done: Done) -> list[Tally]:
    """All checks that a version answers, with what is left of its share of the seeds. Runs in a process of its own."""
    course = Course(ROOT).homework(homework)
    found = []
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        trial = Path(scratch) / homework
        shutil.copytree(ROOT / "solutions" / homework, trial)
        if Path(version).parent.parent.name == CELLS:
            put_cells([Path(version)], trial)
        elif version:
            shutil.copy(version, trial / module_of(course, Path(version)))
        sys.path.insert(0, str(trial))
        os.chdir(trial)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            student = LocalStudent(trial, _notebooks(trial))
            for check in _checks(homework):
                runs = done[_key(check)]
                if mine := _left(runs, _label(version), seeds):
                    found.append(
                        _tally(check, student, version, mine, seconds / (len(runs) - 1 if version else 1))
                    )
    return found


def _tally(check: Check, student: LocalStudent, version: str, seeds: range, seconds: float) -> Tally:
    tally = Tally(_key(check), _label(version), 0, [])
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
    parser.add_argument("--keep", type=Path, help="go on with the numbers of this file, and write them there")
    arguments = parser.parse_args()
    record = _record(arguments.homework, arguments.seeds, arguments.keep)
    done: Done = {key: one["runs"] for key, one in record["checks"].items()}
    with ProcessPoolExecutor(arguments.workers, max_tasks_per_child=1) as pool:
        running = [
            pool.submit(
                tallies, arguments.homework, version, arguments.seeds, arguments.seconds, copy.deepcopy(done)
            )
            for version in ["", *map(str, _correct(arguments.homework))]
            if any(_left(runs, _label(version), arguments.seeds) for runs in done.values())
        ]
        for each in running:
            for tally in each.result():
                _add(record, tally)
            if arguments.keep is not None:
                arguments.keep.parent.mkdir(parents=True, exist_ok=True)
                arguments.keep.write_text(_text(record))
    fewest = [fewest_seeds(one["runs"]) for one in record["checks"].values()]
    print(
        f"{arguments.homework}: {len(fewest)} checks, {sum(sum(one.values()) for one in done.values()):,} runs, "
        f"{sum(least >= arguments.seeds for least in fewest)} checks with all {arguments.seeds} seeds "
        f"(fewest: {min(fewest)}), {sum(len(one['failures']) for one in record['failing'])} failures"
    )


def fewest_seeds(runs: dict[str, int]) -> int:
    """Seeds of the solution or of all its correct versions together, whichever is less."""
    others = [count for version, count in runs.items() if version != "solution"]
    return min(runs["solution"], sum(others)) if others else runs["solution"]


def _record(homework: str, seeds: int, kept: Path | None) -> dict[str, Any]:
    """What was run before, of checks that are still the same."""
    earlier: dict[str, Any] = {"checks": {}, "failing": []}
    if kept is not None and kept.is_file():
        earlier = json.loads(kept.read_text())
    correct = _correct(homework)
    checks, same = {}, set()
    for check in _checks(homework):
        key, digest = (
            _key(check),
            sha256(Path(check.function.__code__.co_filename).read_bytes()).hexdigest()[:16],
        )
        before = earlier["checks"].get(key, {})
        if before.get("file") == digest:
            same.add(key)
        runs = before["runs"] if key in same else {}
        answers = {check.question, check.question.split(".")[0]}
        versions = ["solution", *(path.stem for path, answered in correct.items() if answers & answered)]
        checks[key] = {"file": digest, "runs": {version: runs.get(version, 0) for version in versions}}
    failing = [one for one in earlier["failing"] if one["check"] in same]
    return {"seeds": seeds, "failing": failing, "checks": checks}


def _text(record: dict[str, Any]) -> str:
    """As JSON with a line for each check."""
    lines = [
        f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(one)}" for key, one in record["checks"].items()
    ]
    failing = json.dumps(record["failing"], ensure_ascii=False)
    return (
        f'{{"seeds": {record["seeds"]},\n "failing": {failing},\n "checks": {{\n'
        + ",\n".join(lines)
        + "\n}}\n"
    )


def _add(record: dict[str, Any], tally: Tally) -> None:
    record["checks"][tally.check]["runs"][tally.version] += tally.seeds
    if tally.failures:
        record["failing"].append(asdict(tally))
    for seed, said in tally.failures:
        print(f"✗ {tally.check}, {tally.version}, seed {seed}: {said}", flush=True)


if __name__ == "__main__":
    main()

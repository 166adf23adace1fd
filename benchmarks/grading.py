"""Submissions per minute: `autograder grade` beside stock nbgrader: `python benchmarks/grading.py [students] [stock]`.

Half of the students hand in hw2, half hw3: the submissions of samples/, in turn, each with a line of its own. Both
programs run one after the other on the same two cores.

- Stock: `nbgrader autograde` in a course of its own, without sandbox. The notebooks are the same; each
  `check("…")` has become `assert check("…").passed`, which tests the public checks in the student's kernel, and the
  students' modules are kept. It is slow, so it grades only the first `stock` submissions of each homework.
- Ours: `autograder grade`, sandbox and hidden checks on, the whole class.

Stock would not survive the samples that never end or take all memory, so both are spared them.

The time of stock is also given without the cells that only train or draw: what it would be if somebody had them
skipped. What is measured is written to docs/figures/grading.json, from which docs/scale.py makes its tables.
"""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil

from autograder.demo import make_course
from autograder.homework import Course, Homework
from autograder.release.build import build_release
from autograder.results import read_results
from autograder.samples import Sample, handed_in, make_submission, read_samples
from autograder.validate import copy_solution

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "docs" / "figures" / "grading.json"
PROGRAMS = Path(sys.executable).parent
HOMEWORKS = ("hw2", "hw3")
CORES = sorted(os.sched_getaffinity(0))[:2]
POISON = re.compile(r"never ends|all memory|phones outside")  # in a sample's title: not for stock
CELL_SECONDS = 600
STOCK_CONFIG = """c = get_config()
c.CourseDirectory.source_directory, c.CourseDirectory.release_directory = "solutions", "release"
c.ExecutePreprocessor.timeout = {timeout}
c.Autograde.exclude_overwriting = {keep!r}
"""


@dataclass(frozen=True)
class Run:
    """What grading a number of submissions took.

    Attributes:
        seconds: wall time; cpu_seconds: processor time of the command and all that it started.
        peak_mb: the most memory at any moment of all its processes, shared pages counted once.
        stages: seconds by stage, as far as they are known.
    """

    homework: str
    program: str
    submissions: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    stages: dict[str, float]

    @property
    def per_minute(self) -> float:
        return 60 * self.submissions / self.seconds


def main(students: int, stock: int) -> None:
    os.sched_setaffinity(0, CORES)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    runs = []
    for name in HOMEWORKS:
        with tempfile.TemporaryDirectory() as folder:
            course, homework, submit = class_room(name, Path(folder))
            harmless = [sample for sample in submit.samples if not POISON.search(sample.title)]
            other = stock_course(course, homework, Path(folder) / "stock")
            for number in range(stock):
                submit(harmless[number % len(harmless)], number, other.submitted)
            for number in range(students // len(HOMEWORKS)):
                submit(harmless[number % len(harmless)], number, course.submitted)
            runs += [graded_by_stock(other, name, stock), graded_by_us(course, name)]
            for run in runs[-2:]:
                print(f"{name} {run.program:10} {run.submissions:4} submissions {run.seconds:8.1f} s "
                      f"{run.per_minute:7.2f} a minute, {run.peak_mb:6.0f} MB at most, {run.stages}", flush=True)  # fmt: skip
            write(runs)


def write(runs: list[Run]) -> None:
    """Keep what has been measured so far."""
    found = {
        "machine": f"{platform.machine()}, {len(CORES)} cores, Python {platform.python_version()}",
        "load": os.getloadavg()[2],
        "when": f"{datetime.now():%Y-%m-%d}",
        "runs": [asdict(run) for run in runs],
    }
    OUTPUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Submit:
    """Hands in samples of one homework."""

    homework: Homework
    release: Path
    solution: Path
    samples: tuple[Sample, ...]

    def __call__(self, sample: Sample, number: int, submitted: Path) -> None:
        target = submitted / f"s{number:03}-{sample.name}" / self.homework.name
        make_submission(sample, self.release, self.solution, target)
        for name in self.homework.edit:
            if (target / name).is_file():
                with (target / name).open("a", encoding="utf-8") as file:
                    file.write(f"\nNUMBER = {number}\n")


def class_room(name: str, folder: Path) -> tuple[Course, Homework, Submit]:
    """A course of one homework, released, and what hands in its samples."""
    main_course = Course(ROOT)
    samples = read_samples(main_course, main_course.homework(name))
    course, homework = make_course(main_course, main_course.homework(name), folder / "ours")
    release = build_release(homework).folder
    solved = folder / "solved"
    copy_solution(homework, release, solved)
    train = ROOT / "samples" / name / "train.py"
    if train.is_file():
        subprocess.run(
            [sys.executable, train], cwd=solved, check=True, env=os.environ | {"PYTHONPATH": str(solved)}
        )
    handed_in(homework, release, solved)
    return course, homework, Submit(homework, release, solved, samples)


def stock_course(course: Course, homework: Homework, folder: Path) -> Course:
    """The same homework in a course that only nbgrader knows: ordinary asserts, no judge."""
    source = folder / "solutions" / homework.name
    shutil.copytree(course.assignments / homework.name, source)
    keep = {homework.name: [*homework.edit, *homework.keep]}
    config = STOCK_CONFIG.format(timeout=CELL_SECONDS, keep=keep)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(ROOT / "labkit", source / "labkit", ignore=shutil.ignore_patterns("__pycache__"))
    for path in source.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
                cell.source = re.sub(r"^check\((.*)\)$", r"assert check(\1).passed", cell.source)
        nbformat.write(notebook, path)
    command(folder, "nbgrader", "generate_assignment", homework.name, "--force")
    return Course(folder)


def graded_by_stock(course: Course, name: str, number: int) -> Run:
    """Run `nbgrader autograde` and find out, from the times that it notes in the cells, what took long."""
    seconds, cpu, peak = command(course.root, "nbgrader", "autograde", name)
    stages = {"experiments": 0.0, "asserts": 0.0, "other cells": 0.0}
    for path in course.autograded.glob(f"*/{name}/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if spent := _spent(cell):
                experiment = "experiment" in cell.metadata.get("tags", [])
                graded = cell.metadata.get("nbgrader", {}).get("grade")
                stages["experiments" if experiment else "asserts" if graded else "other cells"] += spent
    stages["kernels, copying, gradebook"] = seconds - sum(stages.values())
    return Run(name, "nbgrader", number, seconds, cpu, peak, _rounded(stages))


def _spent(cell: Any) -> float:
    times = cell.metadata.get("execution", {})
    moments = [times.get("iopub.execute_input"), times.get("shell.execute_reply")]
    if None in moments:
        return 0.0
    began, ended = (datetime.fromisoformat(moment) for moment in moments)
    return (ended - began).total_seconds()


def graded_by_us(course: Course, name: str) -> Run:
    """Run `autograder grade --times` and read its table."""
    seconds, cpu, peak = command(course.root, "autograder", "grade", name, "--times")
    results = read_results(course.root, name)
    said = (course.root / "said.txt").read_text(encoding="utf-8")
    rows = re.findall(
        r"^ *(\S.*?) {2,}([\d.]+) +([\d.]+) +[\d.]+ *$", said.partition("Where the time went")[2], re.M
    )
    stages = {title: float(processor) or float(clock) for title, processor, clock in rows}
    return Run(name, "autograder", len(results), seconds, cpu, peak, _rounded(stages))


def _rounded(stages: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in stages.items()}


def command(folder: Path, *words: str) -> tuple[float, float, float]:
    """Run a command in a course; its wall and processor seconds, and the peak memory of its processes in MB."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [PROGRAMS / words[0], *words[1:]], cwd=folder, stdout=said, stderr=subprocess.STDOUT
        )
        peak = _Peak(process.pid)
        process.wait()
        peak.stop()
    seconds = time.monotonic() - began
    if process.returncode not in (0, 1):
        raise SystemExit((folder / "said.txt").read_text("utf-8", "replace")[-3000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(seconds, 1), round(cpu, 1), round(peak.mb)


class _Peak(threading.Thread):
    """Looks at the memory of a process and its descendants, twice a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process, self._ended = psutil.Process(pid), threading.Event()
        self.mb = 0.0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.5):
            total = 0
            try:
                for process in (self._process, *self._process.children(recursive=True)):
                    total += _memory(process)
            except psutil.Error:
                continue
            self.mb = max(self.mb, total / 2**20)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.AccessDenied:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40, int(sys.argv[2]) if len(sys.argv) > 2 else 3)

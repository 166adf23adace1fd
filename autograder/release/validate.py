"""What can be said about a homework's source without running a student's or a solution's code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.homework import CHECKS, MANUAL, Homework, HomeworkError, read_homework
from autograder.release.build import generate
from autograder.release.confidential import RUBRIC, answer_and_rubric, split_regions
from autograder.release.leak import files_in, find_leaks
from autograder.submission.notebook import grade_id
from labkit.checks.registry import Check, ChecksError, load_checks

_CACHES = {"__pycache__", ".ipynb_checkpoints"}
_IMPORT = "import importlib, sys; sys.path.insert(0, '.'); importlib.import_module(sys.argv[1])"


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where (a file, a cell) and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def validate_static(homework: Homework) -> list[Problem]:
    """Every problem of a homework's source and of its committed release; an empty list if there is none.

    Runs the checks' own files and imports the released modules (in a process of their own), both written by staff.
    """
    problems: list[Problem] = []
    try:
        read_homework(homework.folder)
    except HomeworkError as error:
        return [Problem(*_split(problem)) for problem in error.problems]
    for notebook in homework.notebooks:
        problems += _notebook(homework, notebook)
    problems += _regions(homework)
    problems += _checks(homework)
    problems += _seed(homework)
    problems += _release(homework)
    return problems


def _split(problem: str) -> tuple[str, str]:
    where, _, what = problem.partition(": ")
    return where, what


def _notebook(homework: Homework, notebook: str) -> Iterator[Problem]:
    file = f"{notebook}.ipynb"
    raw = json.loads(homework.notebook_path(notebook).read_text(encoding="utf-8"))
    if (raw.get("nbformat", 0), raw.get("nbformat_minor", 0)) < (4, 5):
        yield Problem(
            file, "older than format 4.5, so its cells have no stable ids: save it with JupyterLab 4"
        )
    kernel = raw.get("metadata", {}).get("kernelspec", {})
    if kernel.get("name") != "python3":
        yield Problem(file, f"kernelspec must be python3, not {kernel.get('name')!r}")
    for identity, count in Counter(cell.get("id") for cell in raw["cells"]).items():
        if identity is None:
            yield Problem(file, f"{count} cells without an id")
        elif count > 1:
            yield Problem(f"{file}, cell {identity}", f"its id is used {count} times")
    for cell in nbformat.read(homework.notebook_path(notebook), as_version=4).cells:
        where = f"{file}, cell {grade_id(cell) or cell.get('id', '?')}"
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield Problem(where, "saved with outputs or an execution count: clear all outputs")
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade") and meta.get("solution"):
            yield from _written(cell, where)


def _written(cell: Any, where: str) -> Iterator[Problem]:
    _, regions = split_regions(cell.source)
    parts = [part for _, text in regions for part in answer_and_rubric(text, where)]
    if not any(secret.kind != RUBRIC and len(text.split()) >= 2 for secret, text in parts):
        yield Problem(
            where, "a written question without a model answer (two words at least) in its solution region"
        )
    if not any(secret.kind == RUBRIC and text.strip() for secret, text in parts):
        yield Problem(where, "a written question without a rubric (a line '**Rubric**' and a list below it)")


def _regions(homework: Homework) -> Iterator[Problem]:
    for module, regions in homework.regions.items():
        if not regions:
            yield Problem(module, "has no solution region, but students are to edit it")
        for region in regions:
            if region.name is None:
                yield Problem(
                    f"{module}, line {region.first - 1}", "a solution region without a name above it"
                )
            if region.last < region.first:
                yield Problem(f"{module}, line {region.first - 1}", "an empty solution region")
        names = Counter(region.name for region in regions if region.name)
        yield from (Problem(module, f"two regions are named {name}") for name, n in names.items() if n > 1)


def _checks(homework: Homework) -> Iterator[Problem]:
    found: list[Check] = []
    for folder, hidden in ((homework.checks_folder, False), (homework.hidden_folder, True)):
        try:
            found += load_checks(folder, hidden=hidden) if folder.is_dir() else ()
        except ChecksError as error:
            yield Problem(folder.name, str(error))
    questions = {question.name for question in homework.questions if question.kind == CHECKS}
    written = {question.name for question in homework.questions if question.kind == MANUAL}
    for name in sorted(questions - {check.question for check in found}):
        yield Problem(name, "a question without any check, public or hidden")
    for check in found:
        where = f"{'hidden' if check.hidden else 'checks'}, {check.name}"
        if check.question not in questions:
            yield Problem(where, f"checks {check.question!r}, which no notebook asks")
        for other in sorted(set(check.after) - questions - written):
            yield Problem(where, f"comes after {other!r}, which no notebook asks")


def _seed(homework: Homework) -> Iterator[Problem]:
    path = homework.hidden_folder / "judge.toml"
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        for key, value in re.findall(r"(?m)^\s*(\w*seed\w*)\s*=\s*([\w\"']+)", text):
            if len(value.strip("\"'")) < 5:
                yield Problem(
                    "hidden/judge.toml", f"{key} is guessed too easily: use a number of at least five digits"
                )


def _release(homework: Homework) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / homework.name
        try:
            generate(homework, fresh)
        except HomeworkError as error:
            yield from (Problem(*_split(problem)) for problem in error.problems)
            return
        yield from (Problem(leak.file, str(leak).partition(": ")[2]) for leak in find_leaks(homework, fresh))
        yield from _same(homework, fresh)
        yield from _ids(homework, fresh)
        yield from _imports(homework, fresh)


def _same(homework: Homework, fresh: Path) -> Iterator[Problem]:
    """assignments/ is what solutions/ generates, byte for byte."""
    committed = homework.course_root / "assignments" / homework.name
    label = f"assignments/{homework.name}"
    if not committed.is_dir():
        yield Problem(label, f"missing: run autograder release {homework.name}")
        return
    expected, found = files_in(fresh), files_in(committed)
    found = {name: data for name, data in found.items() if not set(Path(name).parts) & _CACHES}
    for name in sorted(set(expected) | set(found)):
        if name not in found:
            yield Problem(f"{label}/{name}", "missing from the release: release again")
        elif name not in expected:
            yield Problem(f"{label}/{name}", "not part of the release: remove it or release again")
        elif expected[name] != found[name]:
            yield Problem(f"{label}/{name}", "not what solutions/ generates: release again, never edit it")


def _ids(homework: Homework, fresh: Path) -> Iterator[Problem]:
    for notebook in homework.notebooks:
        source, released = (
            [cell.get("id") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
            for path in (homework.notebook_path(notebook), fresh / f"{notebook}.ipynb")
        )
        if source != released:
            yield Problem(f"{notebook}.ipynb", "the release gives its cells other ids")


def _imports(homework: Homework, fresh: Path) -> Iterator[Problem]:
    """Every released module imports, stubs and all."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for module in homework.edit:
        name = module.removesuffix(".py").replace("/", ".")
        command = [sys.executable, "-c", _IMPORT, name]
        done = subprocess.run(
            command, cwd=fresh, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no message"]
            yield Problem(module, f"its released form does not import: {last[0]}")

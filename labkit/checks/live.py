"""Checks in a student's notebook: find the homework, use what is on disk, report."""

from __future__ import annotations

import ast
import difflib
import hashlib
import importlib
import linecache
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from labkit.checks.outcome import Outcome, Report
from labkit.checks.registry import Check, ChecksError, load_checks
from labkit.checks.run import blame, run_check, settle
from labkit.checks.student import LocalStudent

SEED = 0
_digests: dict[str, str] = {}


def in_judge() -> bool:
    """Whether this process runs a submission for the judge: checks then do nothing."""
    return os.environ.get("LABKIT_JUDGE") == "1"


def homework_folder(start: Path | None = None) -> Path:
    """The homework's folder: here or above, marked by `homework.toml`.

    Raises:
        ChecksError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "homework.toml").is_file():
            return folder
    raise ChecksError(
        f"This is not a homework's folder: {here} has no homework.toml. "
        "Open the notebook inside the unzipped homework and start its kernel there."
    )


def notebook_variables() -> dict[str, Any]:
    """The variables of the running notebook, or none outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell.user_ns if shell else {}


def check(question: str) -> Report | None:
    """Check one question of the homework whose folder is open, and show what came of it.

    Args:
        question: the dotted name, such as "knn.compute_distances".

    Returns:
        The report, which Jupyter displays; None while a submission is being graded.

    Raises:
        AssertionError: under `nbgrader validate`, when a check does not pass.
    """
    if in_judge():
        return None
    try:
        report = run_question(question, homework_folder(), notebook_variables())
    except ChecksError as error:
        print(error)
        return None
    if os.environ.get("NBGRADER_VALIDATING") and not report.passed:
        raise AssertionError(repr(report))
    return report


def run_question(
    question: str, folder: Path, variables: Mapping[str, Any], hidden: Path | None = None, seed: int = SEED
) -> Report:
    """Run a question's public checks (and those in the folder `hidden`) in this process.

    Raises:
        ChecksError: the question is unknown here, or a file of checks is broken.
    """
    checks = load_checks(folder / "checks")
    if hidden is not None:
        checks += load_checks(hidden, hidden=True)
    known = list(dict.fromkeys(one.question for one in checks))
    if question not in known:
        near = difflib.get_close_matches(question, known, n=2, cutoff=0.75)
        has = f"Did you mean {' or '.join(near)}?" if near else f"It has: {', '.join(known) or 'none'}."
        raise ChecksError(
            f"There is no check {question!r} in {folder}. {has} Is the right homework's folder open?"
        )
    notes = _use_disk(folder, variables)
    student = LocalStudent(folder, variables, lambda name: _import(folder, name))
    asked = [one for one in checks if one.question == question]
    outcomes = settle([run_check(one, student, seed) for one in asked], asked)
    return Report(question, _explained(outcomes, asked, checks, student, seed), tuple(notes))


def _explained(
    outcomes: tuple[Outcome, ...],
    asked: list[Check],
    checks: tuple[Check, ...],
    student: LocalStudent,
    seed: int,
) -> tuple[Outcome, ...]:
    if all(outcome.passed for outcome in outcomes):
        return outcomes
    earlier: dict[str, bool] = {}

    def failed(question: str) -> bool:
        if question not in earlier:
            earlier[question] = not all(
                run_check(one, student, seed).passed for one in checks if one.question == question
            )
        return earlier[question]

    return blame(outcomes, asked, failed)


def _import(folder: Path, name: str) -> ModuleType:
    if sys.path[:1] != [str(folder)]:
        sys.path.insert(0, str(folder))
    return importlib.import_module(f"nndl.{name}")


def _use_disk(folder: Path, variables: Mapping[str, Any]) -> list[str]:
    """Bring the modules in memory up to what is on disk; say which ones were behind."""
    notes = []
    package = sys.modules.get("nndl")
    if package is not None and not _inside(package, folder):
        notes.append(
            f"nndl had been imported from another homework's folder; the check used {folder.name}/nndl."
        )
        for name in [name for name in sys.modules if name == "nndl" or name.startswith("nndl.")]:
            del sys.modules[name]
    importlib.invalidate_caches()
    changed = []
    for path in sorted((folder / "nndl").glob("*.py")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        before = _digests.get(str(path))
        _digests[str(path)] = digest
        if before != digest:
            changed.append((path, before is not None))
    if not changed:
        return notes
    linecache.checkcache()  # or warnings show lines of the file as it was
    loaded = {name: module for name, module in sys.modules.items() if name.startswith("nndl.")}
    for _, module in loaded.items():
        _reload(module)
    for path, known in changed:
        if known and f"nndl.{path.stem}" in loaded:
            notes.append(f"nndl/{path.name} has changed on disk: the check used the file as it is now.")
    _rebind(variables, loaded)
    return notes


def _inside(package: ModuleType, folder: Path) -> bool:
    places = [Path(place).resolve() for place in getattr(package, "__path__", [])]
    return (folder / "nndl").resolve() in places


def _reload(module: ModuleType) -> None:
    """Reload a module; where the file on disk does not run, forget it, so that its import tells why."""
    try:
        importlib.reload(module)
    except Exception:
        sys.modules.pop(module.__name__, None)


def _rebind(variables: Mapping[str, Any], loaded: dict[str, ModuleType]) -> None:
    """Point names that the notebook imported from a module at the reloaded objects."""
    if not isinstance(variables, dict):
        return
    for name, value in list(variables.items()):
        module = loaded.get(getattr(value, "__module__", None) or "")
        fresh = getattr(module, getattr(value, "__name__", ""), None) if module else None
        if fresh is not None and fresh is not value and callable(fresh):
            variables[name] = fresh


def ready(*regions: str) -> bool:
    """Whether these parts of the homework are written, so that an experiment can run.

    Args:
        regions: names such as "knn.compute_distances", as in the comments above the parts to write.

    Returns:
        True when none of them is still its stub; else a line says what it waits for.
    """
    try:
        folder = homework_folder()
    except ChecksError as error:
        print(error)
        return False
    waiting = unwritten(folder, notebook_variables())
    missing = [name for name in regions if name in waiting]
    if missing:
        print(
            f"Waiting for {', '.join(missing)}: write {'it' if len(missing) == 1 else 'them'} first, then run this cell."
        )
    return not missing


def unwritten(folder: Path, variables: Mapping[str, Any]) -> set[str]:
    """Names of the parts that still raise their stub's NotImplementedError, on disk or in the notebook."""
    found: set[str] = set()
    for path in sorted((folder / "nndl").glob("*.py")):
        try:
            found |= _stubs(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, SyntaxError):
            continue
    for value in list(variables.values()):
        code = getattr(value, "__code__", None)
        if code is not None and "NotImplementedError" in code.co_names:
            found |= {constant for constant in code.co_consts if isinstance(constant, str)}
    return found


def _stubs(source: str) -> set[str]:
    return {
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if isinstance(node.exc.func, ast.Name) and node.exc.func.id == "NotImplementedError"
        for argument in node.exc.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }

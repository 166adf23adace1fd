"""Hashes that tell whether a stored result still holds, question by question."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from autograder.submission.notebook import grade_id
from labkit.checks import Check


def files_digest(folder: Path, *leave_out: str) -> str:
    """A hash of all files in a folder.

    Args:
        leave_out: suffixes of files, and names of files or folders in it, that do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not {"__pycache__", *leave_out} & {path.suffix, *name.parts}:
            digest.update(name.as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def text_digest(*parts: str) -> str:
    """A hash of texts, in this order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def answer_digest(notebook: NotebookNode, name: str) -> str:
    """A hash of what a student wrote into the cell of this grade id, with the pictures in it."""
    cells = [cell for cell in notebook.cells if grade_id(cell) == name]
    return text_digest(
        *(text for cell in cells for text in (cell.source.strip(), json.dumps(cell.get("attachments", {}))))
    )


def check_digests(checks: Sequence[Check]) -> dict[str, str]:
    """A hash for each question, of the code that its outcomes depend on. Comments and layout do not count.

    That is the code of its checks, whatever their files share with other questions, and the checks of the questions
    whose failure may explain one here.
    """
    code = _code(checks)
    after: dict[str, set[str]] = {}
    for check in checks:
        after.setdefault(check.question, set()).update(check.after)
    return {
        question: text_digest(*(code.get(name, "") for name in sorted(_closure(question, after))))
        for question in after
    }


def _closure(question: str, after: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = {question}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= after.get(name, set()) - found
    return found


def _code(checks: Sequence[Check]) -> dict[str, str]:
    """For each question a hash of the code of its checks, and of all that stands beside them."""
    by_file: dict[Path, list[Check]] = {}
    for check in checks:
        by_file.setdefault(Path(check.function.__code__.co_filename), []).append(check)
    pieces: dict[str, list[str]] = {}
    for path, found in by_file.items():
        shared, own = _pieces(ast.parse(path.read_bytes()), {check.name for check in found})
        for question in {check.question for check in found}:
            pieces.setdefault(question, []).extend((f"{path.parent.name}/{path.name}", shared))
        for check in found:
            pieces[check.question].append(own.get(check.name, ""))
    return {question: text_digest(*parts) for question, parts in pieces.items()}


def _pieces(tree: ast.Module, names: set[str]) -> tuple[str, dict[str, str]]:
    """The code of a file that all of its checks share, and that of each check. A check that others call is shared."""
    called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    shared: list[str] = []
    own: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names - called:
            own[node.name] = own.get(node.name, "") + ast.dump(node)
        else:
            shared.append(ast.dump(node))
    return text_digest(*shared), own

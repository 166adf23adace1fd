"""Notebooks as they were handed in, whatever state they are in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 256 * 1024 * 1024
MAX_CELLS = 2000


class Unreadable(Exception):
    """A file that cannot be printed; the message is the reason, for people."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        kind: "markdown", "code" or "raw".
        source: the text of the cell.
        count: the execution count, or None.
        outputs: the outputs as nbformat's dictionaries, checked to be dictionaries.
        attachments: file name to {mime type: base64 text}.
        grade_id: nbgrader's name of the cell, or None.
        answer: whether it is a cell that nbgrader lets the student fill in.
        graded: whether nbgrader gives points for it.
    """

    kind: str
    source: str
    count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()
    attachments: dict[str, dict[str, Any]] | None = None
    grade_id: str | None = None
    answer: bool = False
    graded: bool = False


def read_text(path: Path, folder: Path, limit: int = MAX_BYTES) -> str:
    """The text of a file inside `folder`.

    Raises:
        Unreadable: it is missing, a link, outside the folder, too large, or not UTF-8.
    """
    try:
        if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
            raise Unreadable("is a link, and links are not followed")
        if not path.exists():
            raise Unreadable("was not handed in")
        if not path.is_file():
            raise Unreadable("is not a regular file")
        if (size := path.stat().st_size) > limit:
            raise Unreadable(f"is too large to print ({size / 1e6:,.0f} MB)")
        data = path.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        raise Unreadable(f"cannot be opened ({type(error).__name__})") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (byte {error.start:,})") from error


def read_notebook(path: Path, folder: Path) -> list[Cell]:
    """The cells of a notebook file.

    Older formats are converted by nbformat; damaged cells are left out rather than refused.

    Raises:
        Unreadable: the file is no notebook.
    """
    text = read_text(path, folder)
    if not text.strip():
        raise Unreadable("is empty")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        raise Unreadable(reason) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("is not valid JSON (nested too deeply or a number too long)") from error
    if not isinstance(content, dict):
        raise Unreadable("is JSON, but not a notebook")
    if "worksheets" in content or (isinstance(content.get("nbformat"), int) and content["nbformat"] < 4):
        content = _upgraded(content)
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("is JSON, but not a notebook: it has no cells")
    return list(_cells(cells[:MAX_CELLS]))


def joined(text: Any) -> str:
    """nbformat's multi-line text, which is a string or a list of strings; "" for anything else."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return ""


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    try:
        return dict(nbformat.convert(nbformat.from_dict(content), 4))
    except Exception as error:
        raise Unreadable(f"is in an old notebook format that cannot be converted ({error})") from error


def _cells(cells: list[Any]) -> Iterator[Cell]:
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        metadata = _dictionary(cell.get("metadata"))
        nbgrader = _dictionary(metadata.get("nbgrader"))
        grade_id = nbgrader.get("grade_id")
        count = cell.get("execution_count")
        kind = cell.get("cell_type")
        outputs = cell.get("outputs")
        yield Cell(
            kind=kind if kind in ("markdown", "code") else "raw",
            source=joined(cell.get("source")),
            count=count if isinstance(count, int) and abs(count) < 1_000_000 else None,
            outputs=tuple(out for out in outputs if isinstance(out, dict))
            if isinstance(outputs, list)
            else (),
            attachments={
                name: bundle
                for name, bundle in _dictionary(cell.get("attachments")).items()
                if isinstance(bundle, dict)
            },
            grade_id=grade_id if isinstance(grade_id, str) else None,
            answer=nbgrader.get("solution") is True,
            graded=nbgrader.get("grade") is True,
        )


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""Reading a notebook that somebody handed in, whatever state it is in."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

MOST_OUTPUT = 2_000_000
MOST_SOURCE = 1_000_000
MOST_CELLS = 2000
IMAGES = ("image/png", "image/jpeg")


class Unreadable(Exception):
    """The bytes are no notebook. The message says why."""


def parse(data: bytes) -> tuple[NotebookNode, list[tuple[str | None, str]]]:
    """A clean notebook (nbformat 4) from the bytes of a file.

    Outputs are reduced to text and pictures, broken cells are left out, and a truncated file
    gives the cells before the break.

    Returns:
        The notebook, and remarks as (cell id or None, reason).

    Raises:
        Unreadable: nothing in it is a notebook.
    """
    remarks: list[tuple[str | None, str]] = []
    raw = _decode(data, remarks)
    if not isinstance(raw, dict):
        raise Unreadable("its content is not a notebook")
    if "worksheets" in raw or raw.get("nbformat") in (1, 2, 3):
        raw = _upgrade(raw)
        remarks.append((None, "was in an old notebook format and has been converted"))
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("it has no list of cells")
    notebook = nbformat.v4.new_notebook()
    for number, cell in enumerate(cells[:MOST_CELLS]):
        found = _cell(cell, number, remarks)
        if found is not None:
            notebook.cells.append(found)
    if len(cells) > MOST_CELLS:
        remarks.append((None, f"has {len(cells)} cells; those after the first {MOST_CELLS} were left out"))
    return notebook, remarks


def _decode(data: bytes, remarks: list[tuple[str | None, str]]) -> Any:
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("the file is empty")
    text = None
    for encoding in ("utf-8-sig", "utf-16", "cp1252", "latin-1"):
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding not in ("utf-8-sig",):
            remarks.append((None, f"is not UTF-8; it was read as {encoding}"))
        break
    assert text is not None
    if "{" not in text[:10_000]:
        raise Unreadable("the file is not JSON, so it is no notebook")
    try:
        return json.loads(text, parse_int=_whole)
    except (RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        cells = _salvage(text)
        if not cells:
            raise Unreadable(f"it is damaged: {reason}") from None
        remarks.append((None, f"is damaged ({reason}); the {len(cells)} cells before the damage were read"))
        return {"nbformat": 4, "cells": cells}


def _whole(digits: str) -> int:
    return int(digits[:18])


def _salvage(text: str) -> list[Any]:
    """The complete cells at the beginning of a truncated or damaged notebook."""
    start = text.find('"cells"')
    start = text.find("[", start) + 1 if start >= 0 else 0
    if not start:
        return []
    decoder, position = json.JSONDecoder(parse_int=_whole), start
    cells: list[Any] = []
    try:
        while len(cells) < MOST_CELLS:
            while position < len(text) and text[position] in " \r\n\t,":
                position += 1
            cell, position = decoder.raw_decode(text, position)
            cells.append(cell)
    except (ValueError, RecursionError):
        return cells
    return cells


def _upgrade(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(nbformat.convert(nbformat.from_dict(raw), 4))
    except Exception as error:
        raise Unreadable(f"it is in an old notebook format that cannot be converted ({error})") from None


def _cell(cell: Any, number: int, remarks: list[tuple[str | None, str]]) -> NotebookNode | None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        remarks.append((None, f"cell {number + 1} is damaged and was left out"))
        return None
    source = _text(cell.get("source"))
    name = cell.get("id") if isinstance(cell.get("id"), str) else None
    if source is None:
        remarks.append((name, f"cell {number + 1} has no readable text and was left out"))
        return None
    if len(source) > MOST_SOURCE:
        remarks.append((name, f"cell {number + 1} has {len(source)} characters; it was cut"))
        source = source[:MOST_SOURCE]
    made = getattr(nbformat.v4, f"new_{cell['cell_type']}_cell")(source)
    if name is not None and 0 < len(name) <= 64:
        made.id = name
    metadata = cell.get("metadata")
    labels = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(labels, dict) and isinstance(labels.get("grade_id"), str):
        made.metadata["nbgrader"] = nbformat.from_dict({"grade_id": labels["grade_id"]})
    if made.cell_type == "code":
        made.outputs = _outputs(cell.get("outputs"), number, name, remarks)
    elif made.cell_type == "markdown" and isinstance(cell.get("attachments"), dict):
        made.attachments = nbformat.from_dict(_attachments(cell["attachments"]))
    return made


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return _clean("".join(value))
    return None


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _attachments(value: dict[Any, Any]) -> dict[str, dict[str, str]]:
    kept = {}
    for name, bundle in value.items():
        if isinstance(bundle, dict):
            images = {kind: data for kind, data in bundle.items() if kind in IMAGES and isinstance(data, str)}
            if images and sum(map(len, images.values())) <= MOST_OUTPUT:
                kept[str(name)] = images
    return kept


def _outputs(
    outputs: Any, number: int, name: str | None, remarks: list[tuple[str | None, str]]
) -> list[NotebookNode]:
    if not isinstance(outputs, list):
        return []
    kept: list[NotebookNode] = []
    size = 0
    for output in outputs:
        made = _output(output) if isinstance(output, dict) else None
        if made is None:
            continue
        size += len(json.dumps(made))
        if size > MOST_OUTPUT:
            remarks.append((name, f"the output of cell {number + 1} is very long and was cut"))
            kept.append(
                nbformat.v4.new_output("stream", name="stdout", text="[the rest of this output was cut]\n")
            )
            break
        kept.append(made)
    return kept


def _output(output: dict[str, Any]) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        text = _text(output.get("text")) or ""
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return nbformat.v4.new_output("stream", name=name, text=text[:MOST_OUTPUT])
    if kind == "error":
        lines = output.get("traceback")
        trace = [_clean(line) for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
        return nbformat.v4.new_output(
            "error",
            ename=(_text(output.get("ename")) or "")[:200],
            evalue=(_text(output.get("evalue")) or "")[:5000],
            traceback=trace[:200],
        )
    if kind in ("display_data", "execute_result", "pyout") and isinstance(output.get("data"), dict):
        data = {}
        for mime in ("text/plain", *IMAGES):
            text_or_none = _text(output["data"].get(mime))
            if text_or_none:
                data[mime] = text_or_none
        return nbformat.v4.new_output("display_data", data=data) if data else None
    return None

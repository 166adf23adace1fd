"""Reading a notebook that somebody handed in, whatever state it is in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.submission.nodes import new_cell, new_display, new_error, new_stream
from labkit.handin.salvage import MOST_CELLS, Unreadable, load

MOST_OUTPUT = 2_000_000
MOST_SOURCE = 1_000_000
MOST_ATTACHED = 20_000_000  # characters of the pictures in one written answer
MOST_PICTURES = 100  # in one written answer
MOST_BESIDES = 60_000_000  # characters of all outputs and pictures of a notebook
LEAST_SIZE = 300  # characters that any output or picture counts for
MOST_LABEL = 256
LARGE = 10_000_000  # bytes; more than that is read in a process of its own
LARGE_MB, LARGE_SECONDS = 3000, 60
LABELS = ("grade", "locked", "points", "solution", "task")  # to see whether they were changed; never used
IMAGES = ("image/png", "image/jpeg")
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def parse(data: bytes) -> tuple[NotebookNode, list[tuple[str | None, str]]]:
    """A clean notebook (nbformat 4) from the bytes of a file.

    Outputs are reduced to text and pictures, broken cells are left out, and a truncated file
    gives the cells before the break.

    Returns:
        The notebook, and remarks as (cell id or None, reason).

    Raises:
        Unreadable: nothing in it is a notebook.
    """
    if len(data) > LARGE:
        return _parse_apart(data)
    return _parse(data)


def _parse_apart(data: bytes) -> tuple[NotebookNode, list[tuple[str | None, str]]]:
    """Parse in a process that may not take all the memory there is: JSON can be small and its objects huge."""
    line = [sys.executable, "-c", f"from {__name__} import answer; answer()"]
    try:
        done = subprocess.run(line, input=data, capture_output=True, timeout=2 * LARGE_SECONDS, check=True)
        content = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Unreadable("it is too large to be read") from None
    if content["problem"] is not None:
        raise Unreadable(content["problem"])
    return nbformat.from_dict(content["notebook"]), [(cell, text) for cell, text in content["remarks"]]


def answer() -> None:
    """Parse what comes on standard input, within limits, and print the result as JSON."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (LARGE_MB << 20, LARGE_MB << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (LARGE_SECONDS, LARGE_SECONDS))
    problem: str | None = None
    notebook: NotebookNode | None = None
    remarks: list[tuple[str | None, str]] = []
    try:
        notebook, remarks = _parse(sys.stdin.buffer.read())
    except Unreadable as error:
        problem = str(error)
    json.dump({"problem": problem, "notebook": notebook, "remarks": remarks}, sys.stdout)


def _parse(data: bytes) -> tuple[NotebookNode, list[tuple[str | None, str]]]:
    raw, damage = load(data)
    remarks: list[tuple[str | None, str]] = [(None, text) for text in damage]
    if not isinstance(raw.get("cells"), list) and ("worksheets" in raw or raw.get("nbformat") in (1, 2, 3)):
        raw = _upgrade(raw)
        remarks.append((None, "was in an old notebook format and has been converted"))
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("it has no list of cells")
    notebook = nbformat.v4.new_notebook()
    room = _Room(MOST_BESIDES)
    for number, cell in enumerate(cells[:MOST_CELLS]):
        found = _cell(cell, number, remarks, room)
        if found is not None:
            notebook.cells.append(found)
    if room.lacked:
        remarks.append(
            (None, "is very large: the outputs and pictures at its end were left out, its text was not")
        )
    if len(cells) > MOST_CELLS:
        remarks.append((None, f"has {len(cells)} cells; those after the first {MOST_CELLS} were left out"))
    return notebook, remarks


def _upgrade(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(nbformat.convert(nbformat.from_dict(raw), 4))
    except Exception:  # nbformat raises many types
        raise Unreadable("it is in an old notebook format, and damaged") from None


@dataclass
class _Room:
    """How much may still be kept besides the cells' text, and whether that was too little for something."""

    left: int
    lacked: bool = False

    def has(self, size: int) -> bool:
        """Take as much, if there is so much."""
        fits = size <= self.left
        self.left -= size if fits else 0
        self.lacked = self.lacked or not fits
        return fits


def _cell(cell: Any, number: int, remarks: list[tuple[str | None, str]], room: _Room) -> NotebookNode | None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        remarks.append((None, f"cell {number + 1} is damaged and was left out"))
        return None
    source = _text(cell.get("source"))
    name = cell.get("id")
    name = name if isinstance(name, str) and CELL_ID.fullmatch(name) else None
    if source is None:
        remarks.append((name, f"cell {number + 1} has no readable text and was left out"))
        return None
    if len(source) > MOST_SOURCE:
        remarks.append((name, f"cell {number + 1} has {len(source)} characters; it was cut"))
        source = source[:MOST_SOURCE]
    made = new_cell(cell["cell_type"], source)
    if name is not None:
        made.id = name
    metadata = cell.get("metadata")
    labels = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    label = labels.get("grade_id") if isinstance(labels, dict) else None
    if isinstance(labels, dict) and isinstance(label, str) and len(label) <= MOST_LABEL:
        kept = {key: labels[key] for key in LABELS if isinstance(labels.get(key), bool | int | float)}
        made.metadata["nbgrader"] = nbformat.from_dict({"grade_id": _clean(label), **kept})
    if made.cell_type == "code":
        made.outputs = _outputs(cell.get("outputs"), number, name, remarks, room)
    elif made.cell_type == "markdown" and isinstance(cell.get("attachments"), dict):
        kept, dropped = _attachments(cell["attachments"], room)
        made.attachments = nbformat.from_dict(kept)
        if dropped:
            what = (
                f"{dropped} of the pictures in cell {number + 1} are too large or too many, and were left out"
            )
            remarks.append((name, what))
    return made


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return _clean("".join(value))
    return None


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _attachments(value: dict[str, Any], room: _Room) -> tuple[dict[str, dict[str, str]], int]:
    """The pictures of a cell, and how many were left out because of their size or number."""
    kept: dict[str, dict[str, str]] = {}
    left, dropped = MOST_ATTACHED, 0
    for name, bundle in value.items():
        if not isinstance(bundle, dict):
            continue
        images = {kind: data for kind in IMAGES if (data := bundle.get(kind)) and isinstance(data, str)}
        if not images:
            continue
        size = max(LEAST_SIZE, len(name) + sum(map(len, images.values())))
        if size > left or len(kept) >= MOST_PICTURES:
            dropped += 1
        elif (images := {kind: images[kind] for kind in images if _is_picture(images[kind])}) and room.has(
            size
        ):
            kept[_clean(name)] = images
            left -= size
    return kept, dropped


def _is_picture(data: Any) -> bool:
    return isinstance(data, str) and BASE64.fullmatch(data) is not None


def _outputs(
    outputs: Any, number: int, name: str | None, remarks: list[tuple[str | None, str]], room: _Room
) -> list[NotebookNode]:
    if not isinstance(outputs, list):
        return []
    kept: list[NotebookNode] = []
    size = 0
    for output in outputs:
        made = _output(output) if isinstance(output, dict) else None
        if made is None:
            continue
        taken = max(len(json.dumps(made)), LEAST_SIZE)
        size += taken
        if size <= MOST_OUTPUT and not room.has(taken):
            break
        if size > MOST_OUTPUT:
            remarks.append((name, f"the output of cell {number + 1} is very long and was cut"))
            kept.append(new_stream("[the rest of this output was cut]\n"))
            break
        kept.append(made)
    return kept


def _output(output: dict[str, Any]) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        text = _text(output.get("text")) or ""
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_stream(text[:MOST_OUTPUT], name)
    if kind == "error":
        lines = output.get("traceback")
        trace = [_clean(line) for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
        name, message = _text(output.get("ename")) or "", _text(output.get("evalue")) or ""
        return new_error(name[:200], message[:5000], trace[:200])
    if kind in ("display_data", "execute_result", "pyout") and isinstance(output.get("data"), dict):
        data = {}
        for mime in ("text/plain", *IMAGES):
            content = _text(output["data"].get(mime))
            if content and (mime not in IMAGES or _is_picture(content)):
                data[mime] = content
        return new_display(data) if data else None
    return None

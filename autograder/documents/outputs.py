"""Outputs of code cells as nodes for the PDF: text, errors and pictures, each with a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.documents.images import BadPicture, Pictures
from autograder.documents.notebook import joined
from autograder.documents.text import breakable, clean_terminal, shorten

Node = dict[str, Any]
HEAD_LINES, TAIL_LINES = 60, 15
MAX_CHARACTERS = 400_000
MAX_OUTPUTS = 60
PICTURES = ("image/png", "image/jpeg")


def output_nodes(outputs: Sequence[dict[str, Any]], pictures: Pictures) -> list[Node]:
    """Nodes for the outputs of one cell, in order; streams that follow each other are one."""
    nodes: list[Node] = []
    for kind, value in _merged(outputs[:MAX_OUTPUTS]):
        if kind == "picture":
            try:
                nodes.append(pictures.add("".join(value.split())))
            except BadPicture as error:
                nodes.append({"t": "missing", "text": f"A picture is not printed: {error}."})
        elif text := _printable(value):
            nodes.append({"t": kind, "text": text})
    if len(outputs) > MAX_OUTPUTS:
        dropped = len(outputs) - MAX_OUTPUTS
        nodes.append({"t": "missing", "text": f"{dropped:,} more outputs of this cell are not printed."})
    return nodes


def _merged(outputs: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    merged: list[tuple[str, str]] = []
    streams: list[str] = []

    def close() -> None:
        if streams:
            merged.append(("text", "".join(streams)))
            streams.clear()

    for output in outputs:
        if output.get("output_type") == "stream":
            streams.append(joined(output.get("text")))
            continue
        close()
        if output.get("output_type") == "error":
            merged.append(("error", _traceback(output)))
        else:
            merged += _data(output.get("data"))
    close()
    return merged


def _traceback(output: dict[str, Any]) -> str:
    lines = output.get("traceback")
    if isinstance(lines, list) and any(isinstance(line, str) and line.strip() for line in lines):
        return "\n".join(line for line in lines if isinstance(line, str))
    return f"{joined(output.get('ename'))}: {joined(output.get('evalue'))}"


def _data(data: Any) -> list[tuple[str, str]]:
    if not isinstance(data, dict):
        return []
    for mime in PICTURES:
        if encoded := joined(data.get(mime)):
            return [("picture", encoded)]
    return [("text", joined(data.get("text/plain")))]


def _printable(text: str) -> str:
    note = ""
    if len(text) > MAX_CHARACTERS:
        note = f"\n[… {(len(text) - MAX_CHARACTERS) / 1e6:,.1f} million characters not printed …]"
        text = text[:MAX_CHARACTERS]
    text = shorten(clean_terminal(text).strip("\n"), HEAD_LINES, TAIL_LINES)
    return breakable(text + note) if text.strip() else ""

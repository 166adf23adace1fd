"""Outputs of code cells as nodes for the PDF: text, errors, pictures and rich text, each with a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from labkit.printing.highlight import plain_lines
from labkit.printing.images import BadPicture, Pictures
from labkit.printing.notebook import joined
from labkit.printing.text import breakable, clean_terminal, shorten

Node = dict[str, Any]
HEAD_LINES, TAIL_LINES = 60, 15
MAX_CHARACTERS = 400_000
MAX_OUTPUTS = 60
MAX_RICH = 20_000
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
RICH = {"text/markdown": "markdown", "text/latex": "markdown", "text/html": "html"}
OBJECT = re.compile(r"\s*<.*>\s*", re.DOTALL)


def output_nodes(outputs: Sequence[dict[str, Any]], pictures: Pictures) -> list[Node]:
    """Nodes for the outputs of one cell, in order; streams that follow each other are one.

    A node of type "rich" holds Markdown or HTML, and the text to print where that cannot be read.
    """
    nodes: list[Node] = []
    merged = _merged(outputs)
    for kind, value in islice(merged, MAX_OUTPUTS):
        if kind in PICTURES:
            try:
                nodes.append(pictures.add(value, kind))
            except BadPicture as error:
                nodes.append({"t": "missing", "text": f"A picture is not printed: {error}."})
        elif kind in RICH.values():
            nodes.append(
                {"t": "rich", "kind": kind, "source": value, "lines": plain_lines(_printable(value))}
            )
        elif text := _printable(value):
            nodes.append({"t": kind, "lines": plain_lines(text)})
    if dropped := sum(1 for _ in merged):
        nodes.append({"t": "missing", "text": f"{dropped:,} more outputs of this cell are not printed."})
    return nodes


def _merged(outputs: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(kind, content) of each output; a progress bar can be a thousand pieces of one stream."""
    streams: list[str] = []
    for output in outputs:
        if output.get("output_type") == "stream":
            streams.append(joined(output.get("text")))
            continue
        if streams:
            yield "text", "".join(streams)
            streams.clear()
        if output.get("output_type") == "error":
            yield "error", _traceback(output)
        else:
            yield from _data(output.get("data"))
    if streams:
        yield "text", "".join(streams)


def _traceback(output: dict[str, Any]) -> str:
    lines = output.get("traceback")
    if isinstance(lines, list) and any(isinstance(line, str) and line.strip() for line in lines):
        return "\n".join(line for line in lines if isinstance(line, str))
    return f"{joined(output.get('ename'))}: {joined(output.get('evalue'))}"


def _data(data: Any) -> Iterator[tuple[str, str]]:
    """The richest form that can be printed; HTML only where the text says nothing, such as `<HTML object>`."""
    if not isinstance(data, dict):
        return
    text = joined(data.get("text/plain"))
    for mime in PICTURES:
        if content := joined(data.get(mime)):
            yield mime, content
            return
    for mime, kind in RICH.items():
        content = joined(data.get(mime))
        if 0 < len(content) <= MAX_RICH and (mime != "text/html" or not text or OBJECT.fullmatch(text)):
            yield kind, content
            return
    yield "text", text


def _printable(text: str) -> str:
    note = ""
    if len(text) > MAX_CHARACTERS:
        note = f"\n[… {(len(text) - MAX_CHARACTERS) / 1e6:,.1f} million characters not printed …]"
        text = text[:MAX_CHARACTERS]
    text = shorten(clean_terminal(text).strip("\n"), HEAD_LINES, TAIL_LINES)
    return breakable(text + note) if text.strip() else ""

"""A notebook's JSON from the bytes of a file, as much of it as can be read."""

from __future__ import annotations

import json
from typing import Any

MOST_CELLS = 2000
OURS, THEIRS, END = "<" * 7, ("|" * 7, "=" * 7), ">" * 7  # lines of a merge conflict, as git leaves them


class Unreadable(Exception):
    """The bytes are no notebook. The message says why."""


def load(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """The notebook as the file has it, unchecked; a truncated file gives the cells before the break.

    Returns:
        The notebook, and what is wrong with the file, in words that follow its name.

    Raises:
        Unreadable: nothing in it is a notebook.
    """
    remarks: list[str] = []
    text = _decode(data, remarks)
    if "{" not in text[:10_000]:
        raise Unreadable("the file is not JSON, so it is no notebook")
    try:
        if text.startswith(OURS) or f"\n{OURS}" in text:  # in no valid JSON
            text = _without_conflicts(text)
            remarks.append("holds the marks of a merge conflict; of two versions the first was read")
        content = json.loads(text, parse_int=_whole)
    except (RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        cells = _salvage(text)
        if not cells:
            raise Unreadable(f"it is damaged: {reason}") from None
        remarks.append(f"is damaged ({reason}); the {len(cells)} cells before the damage were read")
        return {"nbformat": 4, "cells": cells}, remarks
    if not isinstance(content, dict):
        raise Unreadable("its content is not a notebook")
    return content, remarks


def _decode(data: bytes, remarks: list[str]) -> str:
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("the file is empty")
    detected = json.detect_encoding(data)
    encodings = ("utf-8-sig" if detected == "utf-8" else detected, "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            remarks.append(f"is not UTF-8; it was read as {encoding}")
        return text
    raise AssertionError("latin-1 reads every byte")


def _without_conflicts(text: str) -> str:
    kept: list[str] = []
    inside = theirs = False
    for line in text.split("\n"):
        if line.startswith(OURS):
            inside, theirs = True, False
        elif inside and line.startswith(THEIRS):
            theirs = True
        elif inside and line.startswith(END):
            inside = theirs = False
        elif not theirs:
            kept.append(line)
    return "\n".join(kept)


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

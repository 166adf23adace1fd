"""Untrusted text made printable: escape sequences, control characters, carriage returns, length."""

from __future__ import annotations

import re

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONG_RUN = re.compile(r"\S{48,}")
BREAK_EVERY = 16


def clean(text: str) -> str:
    """The text without control characters, and with marks that reorder text made visible.

    Lone surrogates, which no file can hold, become question marks.
    """
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    text = CONTROL.sub("", text.replace("\r", "\n"))
    return DIRECTION.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", text)


def clean_terminal(text: str) -> str:
    """Terminal output as it looks in the end: no colours, progress bars at their last state."""
    text = ANSI.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return clean(text).expandtabs(8)


def shorten(text: str, head: int, tail: int, width: int = 2000) -> str:
    """The first `head` and last `tail` lines; every line at most `width` characters."""
    lines = text.split("\n")
    if len(lines) > head + tail + 1:
        dropped = len(lines) - head - tail
        rest = lines[-tail:] if tail else []
        lines = [*lines[:head], f"[… {dropped:,} lines not printed …]", *rest]
    return "\n".join(
        line if len(line) <= width else f"{line[:width]} [… {len(line) - width:,} characters not printed …]"
        for line in lines
    )


def breakable(text: str) -> str:
    """The text with invisible places to break a line inside very long words."""

    def spread(run: re.Match[str]) -> str:
        word = run[0]
        pieces = [word[start : start + BREAK_EVERY] for start in range(0, len(word), BREAK_EVERY)]
        return "\u200b".join(pieces)

    return LONG_RUN.sub(spread, text)


def safe_name(name: str) -> str:
    """A file name made from a student's name: no separators, no leading dots, not empty."""
    name = re.sub(r"[^\w.@+-]+", "_", name).lstrip(".")
    return name[:100] or "student"

"""Python source as lines of coloured pieces. Wrong source is coloured as far as it can be."""

from __future__ import annotations

import keyword
import re

Line = list[str | list[str]]  # plain text, or [style, text]
QUOTED = r"""[rRbBfFuU]{0,2}(?:\"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z)|'{3}(?:\\.|[^\\])*?(?:'{3}|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)"""
TOKEN = re.compile(
    rf"(?P<comment>#[^\n]*)|(?P<string>\b{QUOTED}|{QUOTED})|(?P<number>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)",
    re.DOTALL,
)
KEYWORDS = frozenset(keyword.kwlist)
DEFINED = frozenset({"def", "class"})


def plain_lines(text: str) -> list[Line]:
    """Lines without colours."""
    return [[line] for line in text.split("\n")]


def python_lines(source: str) -> list[Line]:
    """Lines with the styles "comment", "string", "number", "keyword" and "name" (of what is defined)."""
    lines: list[Line] = [[]]

    def put(text: str, style: str = "") -> None:
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append([style, piece] if style else piece)

    position, before = 0, ""
    for match in TOKEN.finditer(source):
        put(source[position : match.start()])
        style, text = match.lastgroup or "", match[0]
        if style == "word":
            style = "keyword" if text in KEYWORDS else "name" if before in DEFINED else ""
        put(text, style)
        position, before = match.end(), text
    put(source[position:])
    return lines

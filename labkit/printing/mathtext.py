"""Formulas in notebook Markdown, found the way notebooks find them.

Jupyter takes formulas out before it reads Markdown, so that `_` and `*` inside them mean nothing.
Here each formula becomes a token of private-use characters, which Markdown leaves alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import cycle

OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")
PRIVATE = re.compile("[\ue000-\ue001]")
DELIMITER = re.compile(
    r"(?P<fence>^[ \t>]*(?:`{3,}|~{3,}))|(?P<ticks>`+)|(?P<bracket>\\\\[\[(])|(?P<escape>\\[$\\`])"
    r"|(?P<begin>\\begin\{(?P<environment>[a-z]+\*?)\})|(?P<dollars>\$\$?)",
    re.MULTILINE,
)
PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")
MAX_FORMULA = 3000
MAX_FORMULAS = 3000
MAX_BRACES = 40
INSIDE = re.compile(r"\\\\[\[\]()]|\\.|[{}]|\$\$?", re.DOTALL)
NORM = re.compile(r"(?<!\\)(?<!\\left)(?<!\\right)(?<!\\[bB]ig)(?<!\\[bB]igg)(?<!\\[bB]ig[lr])\\\|")
HIDDEN = re.compile(r"\\phantom\{[^{}]*\}")
TIGHTER = re.compile(r"(?<!\\)\\!")
DEFINITION = re.compile(r"\\def\s*(\\[A-Za-z]+)\s*\{")
MACRO = re.compile(r"\\(?:re)?newcommand|\\DeclareMathOperator|\\def(?![a-zA-Z])")


@dataclass(frozen=True)
class Formula:
    """A formula: TeX without its delimiters, whether it stands on its own line, and its full source."""

    tex: str
    display: bool
    source: str

    @property
    def prepared(self) -> str:
        r"""The TeX as pandoc sets it best: pairs of `\|` as `\lVert` and `\rVert`, which are fences and not
        relations; without `\!`, which becomes far too wide; room for what is hidden; `\def` as `\newcommand`."""
        tex = DEFINITION.sub(r"\\newcommand{\1}{", TIGHTER.sub("", HIDDEN.sub(r"\\qquad\\qquad ", self.tex)))
        if len(NORM.findall(tex)) % 2:
            return tex
        sides = cycle((r"\lVert ", r"\rVert "))
        return NORM.sub(lambda _: next(sides), tex)


@dataclass
class Formulas:
    """The formulas of one text, in the order found."""

    found: list[Formula] = field(default_factory=list)

    def take_out(self, text: str) -> str:
        """The Markdown text with each formula replaced by its token."""
        text = PRIVATE.sub("", text)
        ends = [match.start() for match in PARAGRAPH_END.finditer(text)]
        pieces, position = [], 0
        while match := DELIMITER.search(text, position):
            pieces.append(text[position : match.start()])
            formula, end = _read(text, match, ends[bisect_left(ends, match.end())])
            if formula is None or len(self.found) >= MAX_FORMULAS:
                pieces.append(text[match.start() : end])
            else:
                pieces.append(f"{OPEN}{len(self.found)}{CLOSE}")
                self.found.append(formula)
            position = end
        return "".join([*pieces, text[position:]])

    def put_back(self, text: str) -> str:
        """The text with tokens replaced by what they stand for: for code, addresses and titles."""

        def source(token: re.Match[str]) -> str:
            number = int(token[1])
            return self.found[number].source if number < len(self.found) else ""

        return TOKEN.sub(source, text)


def macros_of(formulas: Iterable[Formula]) -> str:
    """Definitions of commands, which notebooks share between formulas."""
    definitions = (formula.prepared for formula in formulas if MACRO.match(formula.tex.strip()))
    return " ".join(dict.fromkeys(definitions))[:MAX_FORMULA]


def _read(text: str, match: re.Match[str], paragraph_end: int) -> tuple[Formula | None, int]:
    """The formula that begins at a delimiter, or None; and where to read on."""
    start, after = match.span()
    kind = match.lastgroup if match.lastgroup != "environment" else "begin"
    if kind == "fence":
        fence = match["fence"].lstrip(" \t>")
        close = re.compile(rf"^[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
        end = close.search(text, after)
        return None, end.end() if end else len(text)
    stop = min(paragraph_end, after + MAX_FORMULA)
    if kind == "ticks":
        end = re.compile(rf"(?<!`){match['ticks']}(?!`)").search(text, after, stop)
        return None, end.end() if end else after
    if kind == "escape":
        return None, after
    if kind == "begin":
        closing = f"\\end{{{match['environment']}}}"
        end_at = text.find(closing, after, stop)
        if end_at < 0:
            return None, after
        end_at += len(closing)
        return Formula(text[start:end_at], True, text[start:end_at]), end_at
    closing = {"\\\\(": "\\\\)", "\\\\[": "\\\\]"}.get(match[0], match[0])
    end_at = _closing(text, closing, after, stop)
    tex = text[after:end_at] if end_at >= 0 else ""
    if not tex.strip():
        return None, after
    end_at += len(closing)
    return Formula(tex, match[0] in ("$$", "\\\\["), text[start:end_at]), end_at


def _closing(text: str, closing: str, start: int, stop: int) -> int:
    """Where the closing delimiter stands: outside braces, else, where braces are not closed, the first; or -1."""
    depth = 0
    first = -1
    for match in INSIDE.finditer(text, start, stop):
        token = match[0]
        if token == closing:
            if depth <= 0:
                return match.start()
            first = match.start() if first < 0 else first
        depth += (token == "{") - (token == "}")
        if depth > MAX_BRACES:
            break
    return first

"""Markdown of notebook cells as plain data that the PDF template draws. No text ever becomes code.

One run of pandoc reads all new texts of a document; every text is read by itself, so that an unclosed
fence in one leaves the others alone. What pandoc has read is kept: most texts of a class are the
homework's own. The result is a tree of dictionaries with "t" for the type, and strings for text;
`templates/handin.typ` draws it.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.printing.highlight import plain_lines, python_lines
from labkit.printing.images import BadPicture, Pictures, encoded_in_uri
from labkit.printing.mathtext import TOKEN, Formulas, macros_of
from labkit.printing.packages import pandoc
from labkit.printing.text import breakable, clean

Node = Any
SCRIPT = Path(__file__).with_name("templates") / "markdown.lua"
SECONDS = 15
HEAP = "-M1G"
MAX_CELL, SMALL_CELL = 30_000, 4_000
MAX_DEPTH = 10
MAX_KEPT = 2000
WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
HARMLESS = re.compile(
    r'\\.|"(?:[^"\\]|\\.)*"'
    r"|#h\(-?[\d.]+em\)|#none(?![\w.(])|#scale\(x: [\d.]+%, y: [\d.]+%\)(?=\[)|#box\(stroke: black, inset: 3pt, (?=\[\$ )",
    re.DOTALL,
)
TYPST_TEXT = re.compile(r'(\\.|"(?:[^"\\]|\\.)*")', re.DOTALL)  # escapes and strings in Typst math
CIRCLE, INTERSECTION = (
    re.compile(r"(?<=[a-z])\.circle\b"),
    re.compile(r"\bsect\b"),
)  # names of before Typst 0.14
STYLES = {
    "Emph": "em",
    "Strong": "strong",
    "Strikeout": "strike",
    "Superscript": "super",
    "Subscript": "sub",
    "Underline": "em",
    "SmallCaps": "em",
}


@dataclass(frozen=True)
class Text:
    """A text of "markdown" or "html", and the attachments of its cell."""

    source: str
    attachments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kind: str = "markdown"


class PandocError(Exception):
    """Pandoc did not finish; the message says why."""


@dataclass
class Converter:
    """Reads texts with pandoc, and remembers what it read.

    Attributes:
        texts: pandoc's blocks by (kind, text with tokens for formulas); None where it could not read them.
        formulas: Typst math by (TeX, definitions); None where it could not be translated.
    """

    texts: dict[tuple[str, str], list[Any] | None] = field(default_factory=dict)
    formulas: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def convert(self, texts: Sequence[Text], pictures: Pictures) -> list[list[Node] | None]:
        """Blocks for each text; None where it can only be printed as its source.

        A formula is a node with "typst", its Typst math or None, and "source", its TeX.

        Raises:
            PandocError: pandoc is missing, crashed or took too long.
        """
        try:
            return self._convert(texts, pictures, MAX_CELL)
        except PandocError:
            if all(len(text.source) <= SMALL_CELL for text in texts):
                raise
            return self._convert(texts, pictures, SMALL_CELL)

    def _convert(self, texts: Sequence[Text], pictures: Pictures, longest: int) -> list[list[Node] | None]:
        found = [Formulas() for _ in texts]
        sources: list[tuple[str, str] | None] = []
        for text, formulas in zip(texts, found, strict=True):
            readable = len(text.source) <= longest
            sources.append((text.kind, formulas.take_out(clean(text.source))) if readable else None)
        macros = macros_of(formula for formulas in found for formula in formulas.found)
        wanted = dict.fromkeys((f.prepared, macros) for formulas in found for f in formulas.found)
        self._read(list(filter(None, sources)), list(wanted), macros)
        converted: list[list[Node] | None] = []
        for text, formulas, source in zip(texts, found, sources, strict=True):
            blocks = self.texts[source] if source is not None else None
            typst = [self.formulas[formula.prepared, macros] for formula in formulas.found]
            try:
                reader = _Reader(formulas, typst, pictures, text.attachments)
                converted.append(None if blocks is None else reader.blocks(blocks, 0))
            except (RecursionError, ValueError, KeyError, TypeError, IndexError):
                converted.append(None)
        return converted

    def _read(self, texts: list[tuple[str, str]], formulas: list[tuple[str, str]], macros: str) -> None:
        """Have pandoc read what it has not read before."""
        if len(self.texts) + len(self.formulas) > MAX_KEPT:
            self.texts.clear()
            self.formulas.clear()
        texts = list(dict.fromkeys(text for text in texts if text not in self.texts))
        formulas = [formula for formula in formulas if formula not in self.formulas]
        if not texts and not formulas:
            return
        answer = _pandoc(texts, [tex for tex, _ in formulas], macros)
        for text, document in zip(texts, answer["cells"], strict=True):
            try:
                self.texts[text] = json.loads(document)["blocks"] if document else None
            except (RecursionError, ValueError, KeyError, TypeError):
                self.texts[text] = None
        for formula, typst in zip(formulas, answer["formulas"], strict=True):
            self.formulas[formula] = _checked(typst)


def _checked(typst: Any) -> str | None:
    """Typst math without a way into Typst code: `#` is the only one, and pandoc writes it for spaces and sizes."""
    if not isinstance(typst, str) or "#" in HARMLESS.sub("", typst):
        return None
    pieces = TYPST_TEXT.split(typst.strip())
    pieces[::2] = [INTERSECTION.sub("inter", CIRCLE.sub(".o", piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _pandoc(texts: list[tuple[str, str]], formulas: list[str], macros: str) -> dict[str, Any]:
    program = pandoc()
    if program is None:
        raise PandocError("pandoc is not installed")
    cells = [{"kind": kind, "text": text} for kind, text in texts]
    request = json.dumps({"cells": cells, "formulas": formulas, "macros": macros})
    try:
        done = subprocess.run(
            [program, "+RTS", HEAP, "-RTS", "lua", str(SCRIPT)],
            input=request.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise PandocError(f"the text took more than {SECONDS} s to convert") from error
    except subprocess.CalledProcessError as error:
        raise PandocError(f"pandoc stopped with status {error.returncode}") from error
    except (OSError, ValueError) as error:
        raise PandocError(f"pandoc could not be run ({error})") from error
    # Lua has one type for lists and tables: an empty list comes back as an object.
    return {key: answer[key] or [] for key in ("cells", "formulas")}


def _paragraphs(inlines: list[Node], kind: str) -> list[Node]:
    """Paragraphs of text, with displayed formulas and pictures as blocks between them."""
    nodes: list[Node] = []
    text: list[Node] = []

    def close() -> None:
        for end in (0, -1):
            while text and (
                _is(text[end], "break") or (isinstance(text[end], str) and not text[end].strip())
            ):
                text.pop(end)
        if text:
            first = text[0].lstrip() if isinstance(text[0], str) else text[0]
            nodes.append({"t": kind, "c": [first, *text[1:]]})
            text.clear()

    for node in inlines:
        if _is(node, "image") or (_is(node, "math") and node["display"]):
            close()
            nodes.append(node)
        else:
            text.append(node)
    close()
    return nodes


def _is(node: Node, kind: str) -> bool:
    return isinstance(node, dict) and node["t"] == kind


class _Reader:
    """Reads pandoc's tree (pandoc-types 1.23) of one cell."""

    def __init__(
        self,
        formulas: Formulas,
        typst: Sequence[str | None],
        pictures: Pictures,
        attachments: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.formulas, self.typst = formulas, typst
        self.pictures, self.attachments = pictures, attachments

    def blocks(self, blocks: list[Any], depth: int) -> list[Node]:
        return [node for block in blocks for node in self._block(block["t"], block.get("c"), depth)]

    def _block(self, kind: str, content: Any, depth: int) -> list[Node]:
        if depth > MAX_DEPTH:
            return [{"t": "note", "text": "Nested too deeply to print."}]
        if read := BLOCKS.get(kind):
            return read(self, content, depth)
        return []

    def _par(self, content: Any, depth: int) -> list[Node]:
        return _paragraphs(self.inlines(content, depth), "par")

    def _plain(self, content: Any, depth: int) -> list[Node]:
        return _paragraphs(self.inlines(content, depth), "plain")

    def _heading(self, content: Any, depth: int) -> list[Node]:
        return [{"t": "heading", "level": content[0], "c": self.inlines(content[2], depth)}]

    def _code_block(self, content: Any, depth: int) -> list[Node]:
        text = breakable(self.formulas.put_back(content[1]).expandtabs(4))
        python = content[0][1][:1] in (["python"], ["py"], ["python3"])
        return [{"t": "code", "lines": python_lines(text) if python else plain_lines(text)}]

    def _bullets(self, content: Any, depth: int) -> list[Node]:
        return [{"t": "list", "start": None, "items": [self.blocks(item, depth + 1) for item in content]}]

    def _numbered(self, content: Any, depth: int) -> list[Node]:
        start = min(max(content[0][0], 0), 1_000_000)
        return [{"t": "list", "start": start, "items": [self.blocks(item, depth + 1) for item in content[1]]}]

    def _quote(self, content: Any, depth: int) -> list[Node]:
        return [{"t": "quote", "c": self.blocks(content, depth + 1)}]

    def _div(self, content: Any, depth: int) -> list[Node]:
        return self.blocks(content[1], depth + 1)

    def _figure(self, content: Any, depth: int) -> list[Node]:
        return self.blocks(content[2], depth + 1) + self.blocks(content[1][1], depth + 1)

    def _lines(self, content: Any, depth: int) -> list[Node]:
        return [{"t": "par", "c": self.inlines(line, depth)} for line in content]

    def _definitions(self, content: Any, depth: int) -> list[Node]:
        nodes: list[Node] = []
        for term, meanings in content:
            nodes.append({"t": "par", "c": [{"t": "strong", "c": self.inlines(term, depth)}]})
            nodes += [{"t": "quote", "c": self.blocks(meaning, depth + 1)} for meaning in meanings]
        return nodes

    def _table(self, content: Any, depth: int) -> list[Node]:
        _, caption, columns, head, bodies, foot = content
        rows = [row for body in bodies for row in [*body[2], *body[3]]] + foot[1]
        width = len(columns)
        aligns = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
        node = {
            "t": "table",
            "align": [aligns.get(column[0]["t"], "left") for column in columns],
            "head": [self._row(row, width, depth) for row in head[1]],
            "rows": [self._row(row, width, depth) for row in rows],
        }
        return [node, *self.blocks(caption[1], depth + 1)] if width else []

    def _row(self, row: Any, width: int, depth: int) -> list[list[Node]]:
        cells = [self.blocks(cell[4], depth + 1) for cell in row[1][:width]]
        return cells + [[] for _ in range(width - len(cells))]

    def inlines(self, content: list[Any], depth: int) -> list[Node]:
        """Inline nodes; neighbouring strings are one."""
        nodes: list[Node] = []
        for inline in content:
            for node in self._inline(inline["t"], inline.get("c"), depth):
                if isinstance(node, str) and nodes and isinstance(nodes[-1], str):
                    nodes[-1] += node
                else:
                    nodes.append(node)
        return nodes

    def _inline(self, kind: str, content: Any, depth: int) -> list[Node]:
        if depth > MAX_DEPTH:
            return ["…"]
        if kind == "Str":
            return self._string(content)
        if kind in ("Space", "SoftBreak"):
            return [" "]
        if kind in STYLES:
            return [{"t": STYLES[kind], "c": self.inlines(content, depth + 1)}]
        if kind == "Code":
            return [{"t": "mono", "text": breakable(self.formulas.put_back(content[1]))}]
        if kind == "LineBreak":
            return [{"t": "break"}]
        if kind == "Link":
            return self._link(content, depth)
        if kind == "Image":
            return [self._image(content[2][0])]
        if kind == "Quoted":
            mark = "'" if content[0]["t"] == "SingleQuote" else '"'
            return [mark, *self.inlines(content[1], depth + 1), mark]
        if kind in ("Span", "Cite"):
            return self.inlines(content[1], depth + 1)
        if kind == "Note":
            return [{"t": "footnote", "c": self.blocks(content, depth + 1)}]
        return []

    def _string(self, text: str) -> list[Node]:
        nodes: list[Node] = []
        for position, piece in enumerate(TOKEN.split(text)):
            if position % 2 == 0:
                nodes += [breakable(piece)] if piece else []
            elif int(piece) < len(self.formulas.found):
                formula = self.formulas.found[int(piece)]
                math = {"typst": self.typst[int(piece)], "source": formula.source}
                nodes.append({"t": "math", "display": formula.display, **math})
        return nodes

    def _link(self, content: Any, depth: int) -> list[Node]:
        label = self.inlines(content[1], depth + 1)
        address = self.formulas.put_back(content[2][0])
        if WEB.match(address) and len(address) < 2000:
            return [{"t": "link", "to": address, "c": label or [address]}]
        return label

    def _image(self, address: str) -> Node:
        address = self.formulas.put_back(address)
        encoded: Any = encoded_in_uri(address)
        if address.startswith("attachment:"):
            bundle = self.attachments.get(address.removeprefix("attachment:"), {})
            encoded = next((bundle[mime] for mime in sorted(bundle) if mime.startswith("image/")), None)
            reason = "it is not attached to its cell"
        else:
            reason = "it is not part of the notebook"
        name = address if len(address) <= 80 else f"{address[:79]}…"
        if encoded is not None:
            try:
                return self.pictures.add(encoded if isinstance(encoded, str) else "")
            except BadPicture as error:
                reason, name = str(error), name.partition(";")[0]
        return {"t": "missing", "text": f"Picture {name} is not printed: {reason}."}


Read = Callable[[_Reader, Any, int], list[Node]]
BLOCKS: dict[str, Read] = {
    "Para": _Reader._par,
    "Plain": _Reader._plain,
    "Header": _Reader._heading,
    "CodeBlock": _Reader._code_block,
    "BulletList": _Reader._bullets,
    "OrderedList": _Reader._numbered,
    "BlockQuote": _Reader._quote,
    "Div": _Reader._div,
    "Figure": _Reader._figure,
    "LineBlock": _Reader._lines,
    "DefinitionList": _Reader._definitions,
    "Table": _Reader._table,
    "HorizontalRule": lambda reader, content, depth: [{"t": "rule"}],
}

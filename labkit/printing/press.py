"""From a document as data to a PDF, with Typst.

What Typst refuses (a formula, a picture) is found by trying each alone, and is printed as its source or as a note
instead. Typst reads nothing outside the document's folder and the folders of fonts, and finds no packages.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from labkit.printing.packages import fonts
from labkit.printing.text import clean

Node = dict[str, Any]
TEMPLATE = Path(__file__).parent / "templates" / "handin.typ"
ALONE = b'#set page(width: 20cm, height: auto)\n#math.equation(eval(sys.inputs.formula, mode: "math"))'
FULL, PLAIN, NOTHING = 0, 1, 2  # how much is printed


class PressError(Exception):
    """Typst did not print; the message says why."""


@dataclass
class Proof:
    """A document that Typst accepts.

    Attributes:
        compiler: of the document; folder: its files.
        pages: how many pages the cover and each section take.
        given_up: what is not printed as it should be.
    """

    compiler: Any
    folder: Path
    pages: list[int]
    given_up: list[str]

    def write(self, path: Path, layout: Node) -> None:
        """Write the PDF; `layout` as `templates/handin.typ` reads it.

        Raises:
            PressError: Typst refuses it after all.
        """
        (self.folder / "layout.json").write_text(json.dumps(layout), encoding="utf-8")
        try:
            self.compiler.compile(TEMPLATE.read_bytes(), output=str(path), format="pdf", timestamp=0)
        except RuntimeError as error:
            raise PressError(_reason(error)) from None


class Press:
    """Typst with its fonts, which take longer to load than a notebook to print."""

    @cached_property
    def _typst(self) -> Any:
        return importlib.import_module("typst")  # optional, see packages.py

    @cached_property
    def _fonts(self) -> Any:
        return self._typst.Fonts(font_paths=list(fonts()))

    def proof(self, document: Node, folder: Path, amount: int = FULL) -> Proof:
        """Set a document whose pictures are in `folder`, or as much of it as can be set.

        Raises:
            PressError: not even its title could be set.
        """
        steps: list[Callable[[Node, Path], list[str]]] = [
            _as_it_is,
            self._mend,
            _as_typed,
            _only_text,
            _only_title,
        ]
        given_up: list[str] = []
        failure = ""
        for step in steps[{FULL: 0, PLAIN: 3, NOTHING: 4}[amount] :]:
            reasons = step(document, folder)
            why = f" ({failure})" if failure and step != self._mend else ""
            given_up += [f"{reason}{why}" for reason in reasons]
            noted = [{"file": "", "reason": f"Typst could not set {what}."} for what in given_up]
            shown = {**document, "problems": [*document["problems"], *noted]}
            (folder / "document.json").write_text(json.dumps(shown), encoding="utf-8")
            (folder / "layout.json").write_text("null", encoding="utf-8")
            compiler = self._compiler(folder, TEMPLATE.read_bytes())
            try:
                marks = json.loads(compiler.query("<pages>", field="value", one=True))
            except RuntimeError as error:  # of which TypstError is one
                failure = _reason(error)
                continue
            marks[-1] += 1
            return Proof(compiler, folder, [after - before for before, after in pairwise(marks)], given_up)
        raise PressError(failure)

    def _compiler(self, folder: Path, source: bytes) -> Any:
        nowhere = str(folder / "no-packages")
        return self._typst.Compiler(
            input=source,
            root=str(folder),
            font_paths=self._fonts,
            package_path=nowhere,
            package_cache_path=nowhere,
        )

    def _mend(self, document: Node, folder: Path) -> list[str]:
        """Give up the formulas and pictures that Typst refuses; returns what they are."""
        given_up = []
        alone = self._compiler(folder, ALONE)
        for formula in _nodes(document, "math"):
            try:
                if formula["typst"] is not None:
                    alone.compile(ALONE, format="pdf", sys_inputs={"formula": formula["typst"]})
            except RuntimeError as error:
                given_up.append(f"the formula {formula['source'][:80]} ({_reason(error)})")
                formula["typst"] = None
        for picture in _nodes(document, "image"):
            source = f'#image("/{picture["file"]}", width: 5cm)'.encode()
            try:
                self._compiler(folder, source).compile(format="pdf")
            except RuntimeError:
                given_up.append("a damaged picture")
                picture.update(t="missing", text="A picture is not printed: it is damaged.")
        return given_up


def _reason(error: RuntimeError) -> str:
    return clean(str(error)).removeprefix("failed to compile document: ")


def _as_it_is(document: Node, folder: Path) -> list[str]:
    return []


def _as_typed(document: Node, folder: Path) -> list[str]:
    """Give up Markdown: print every text as it was typed."""
    for item in _items(document):
        for node in (item, *item.get("outputs", ())):
            if "blocks" in node:
                node["blocks"] = None
    return ["the layout of the texts, which are printed as they were typed"]


def _only_text(document: Node, folder: Path) -> list[str]:
    """Give up pictures as well."""
    _as_typed(document, folder)
    for item in _items(document):
        if "outputs" in item:
            item["outputs"] = [node for node in item["outputs"] if node["t"] != "image"]
    return ["the pictures and the layout, so everything is printed as plain text"]


def _only_title(document: Node, folder: Path) -> list[str]:
    for section in document["sections"]:
        section["items"] = []
    return ["this submission, of which nothing is printed"]


def _items(document: Node) -> Iterator[Node]:
    for section in document["sections"]:
        yield from section["items"]


def _nodes(tree: Any, kind: str) -> Iterator[Node]:
    if isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch, kind)

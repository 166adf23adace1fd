"""Turns one folder with `document.json` and pictures into `document.pdf`. Run as a process of its own.

    python -P typeset.py FOLDER [FONT FOLDER ...]

Typst reads nothing outside the folder and the font folders, finds no packages, and ends with this
process. What Typst refuses (a formula, a picture) is found by trying each alone, and is printed as
its source or as a note instead. The last line of standard output is JSON: pages, and what was given up.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

MEMORY = 6 << 30
ALONE = b'#set page(width: 20cm, height: auto)\n#math.equation(eval(sys.inputs.formula, mode: "math"))'


def main(arguments: list[str]) -> int:
    """Typeset; the exit status is 1 where even the plain text cannot be printed."""
    folder, fonts = Path(arguments[0]).resolve(), arguments[1:]
    _confine()
    press: Any = typst.Compiler(
        input=str(folder / "handin.typ"),
        root=str(folder),
        font_paths=fonts,
        package_path=str(folder / "no-packages"),
        package_cache_path=str(folder / "no-packages"),
    )
    given_up: list[str] = []
    for mend in (None, _mend, _as_source):
        if mend is not None:
            given_up += mend(folder, fonts)
        try:
            press.compile(output=str(folder / "document.pdf"), format="pdf", timestamp=0)
        except typst.TypstError as error:
            failure = error.message
            continue
        pages = json.loads(press.query("<pages>", field="value", one=True))
        print(json.dumps({"pages": pages, "given_up": given_up}))
        return 0
    print(json.dumps({"error": failure}))
    return 1


def _confine() -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _mend(folder: Path, fonts: list[str]) -> list[str]:
    """Give up the formulas and pictures that Typst refuses; returns what they are."""
    path = folder / "document.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    press: Any = typst.Compiler(root=str(folder), font_paths=fonts)
    given_up = []
    for formula in document["formulas"]:
        if formula["typst"] is not None:
            try:
                press.compile(input=ALONE, format="pdf", sys_inputs={"formula": formula["typst"]})
            except typst.TypstError as error:
                given_up.append(f"the formula {formula['source'][:80]} ({error.message})")
                formula["typst"] = None
    for picture in _nodes(document, "image"):
        try:
            press.compile(input=f'#image("{picture["file"]}", width: 5cm)'.encode(), format="pdf")
        except typst.TypstError:
            given_up.append("a damaged picture")
            picture.update(t="missing", text="A picture is not printed: it is damaged.")
    path.write_text(json.dumps(document), encoding="utf-8")
    return given_up


def _as_source(folder: Path, fonts: list[str]) -> list[str]:
    """Give up Markdown: print every text as it was typed."""
    path = folder / "document.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for part in document["parts"]:
        for cell in part.get("cells", ()):
            cell["blocks"] = None
    path.write_text(json.dumps(document), encoding="utf-8")
    return ["the layout of the texts, which are printed as they were typed"]


def _nodes(tree: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch, kind)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

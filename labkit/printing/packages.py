"""What printing needs and the rest of labkit does not: pandoc and Typst, found where they are installed."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("pypandoc_binary", "typst")


def missing() -> tuple[str, ...]:
    """Names of the packages that must be installed before anything can be printed."""
    there = {"pypandoc_binary": pandoc() is not None, "typst": find_spec("typst") is not None}
    return tuple(name for name in NEEDED if not there[name])


def pandoc() -> str | None:
    """The path of pandoc: the one that comes with pypandoc_binary, else the computer's own."""
    spec = find_spec("pypandoc")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        for name in ("pandoc", "pandoc.exe"):
            if (path := Path(folder) / "files" / name).is_file():
                return str(path)
    return shutil.which("pandoc")


def fonts() -> tuple[str, ...]:
    """Folders of Matplotlib's DejaVu Sans, which has the symbols that Typst's own fonts lack."""
    spec = find_spec("matplotlib")
    found = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" if spec and spec.origin else Path()
    return (str(found),) if spec and found.is_dir() else ()

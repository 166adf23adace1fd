"""The folder around a whole submission, as in a zip of the homework's folder: what is in it is what was handed in.

The judge, the printer and the import of downloads all look into it with this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from labkit.handin.collect import STAFFS, Found, is_wanted


def unwrapped(found: Found, expected: Iterable[str]) -> Found:
    """The files as if the folder that holds all notebooks, modules and results had been handed in.

    Args:
        expected: paths of the files that are asked for; their folders are not taken away.
    """
    top = _top(found, expected)
    if not top:
        return found
    files = {path.removeprefix(top): file for path, file in found.files.items()}
    if len(files) < len(found.files):
        return found  # of two files with one name, both stay
    refused = tuple((path.removeprefix(top), reason) for path, reason in found.refused)
    return replace(found, files=files, refused=refused)


def _top(found: Found, expected: Iterable[str]) -> str:
    """The folders that all files of the expected kinds lie in, with "/" at the end; "" where there are none."""
    folders = [PurePosixPath(path).parent.parts for path in found.files if is_wanted(path)]
    own = {PurePosixPath(path.lower()).parts[0] for path in expected if "/" in path} | set(STAFFS)
    top = ""
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1 or parts[0].lower() in own:
            break
        top += f"{parts[0]}/"
    return top

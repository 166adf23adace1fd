"""Saved arrays (`.npz`) as handed in: whether they can be read, without reading them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

READERS: Any = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def fault(path: Path) -> str:
    """Why the arrays of a file cannot be read; "" where they can. Only names, sizes and headers are looked at."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            for member in members[:100]:
                with archive.open(member) as file:
                    if wrong := _fault(file, member.file_size):
                        return f"its array {member.filename.removesuffix('.npy')} {wrong}"
    except Exception as error:  # zipfile and numpy raise many types for what is no archive of arrays
        return f"it is no file of saved arrays: {error}" if str(error) else "it is no file of saved arrays"
    return "" if members else "it holds no arrays"


def _fault(file: Any, size: int) -> str:
    version = np.lib.format.read_magic(file)
    shape, _, dtype = READERS[version](file)
    if dtype.hasobject:
        return "holds Python objects, which are not loaded"
    declared = dtype.itemsize
    for length in shape:
        declared *= length
    return f"is cut off: it should have {declared:,} bytes" if declared > size else ""

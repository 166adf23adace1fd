"""Saved arrays (`.npz`) as handed in: whether they can be read, without reading them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from autograder.submission.packed import is_plain, open_packed

READERS: Any = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
LENGTHS = {(1, 0): "<H", (2, 0): "<I"}  # of the header, as it is written before it
MOST_HEADER = 1 << 16
LONGEST_NAME = 40


def fault(path: Path) -> str:
    """Why the arrays of a file cannot be read; "" where they can. Only names, sizes and headers are looked at."""
    try:
        with open_packed(path) as archive:
            members = archive.infolist()
            for member in members[:100]:
                if wrong := _fault_of(archive, member):
                    name = member.filename.removesuffix(".npy")
                    return f"its array {name if len(name) <= LONGEST_NAME else f'{name[:LONGEST_NAME]}…'} {wrong}"
    except Exception as error:  # zipfile and numpy raise many types for what is no archive of arrays
        return (
            f"it is no file of saved arrays: {str(error)[:200]}"
            if str(error)
            else "it is no file of saved arrays"
        )
    return "" if members else "it holds no arrays"


def _fault_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    if not is_plain(member):
        return "is packed in a way that is not read here: save it with np.savez or np.savez_compressed"
    with archive.open(member) as file:
        return _fault(file, member.file_size)


def _fault(file: IO[bytes], size: int) -> str:
    version = np.lib.format.read_magic(file)
    stated = file.read(struct.calcsize(LENGTHS[version]))
    (length,) = struct.unpack(LENGTHS[version], stated)
    if length > MOST_HEADER:
        return f"has a header of {length:,} bytes, which no array needs: save it with np.savez"
    shape, _, dtype = READERS[version](io.BytesIO(stated + file.read(length)))
    if dtype.hasobject:
        return "holds Python objects, which are not loaded"
    declared = dtype.itemsize
    for extent in shape:
        declared *= extent
    return f"is cut off: it should have {declared:,} bytes" if declared > size else ""

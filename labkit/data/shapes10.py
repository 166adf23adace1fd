"""shapes10: the embedded data set. 32x32 colour pictures of ten kinds of object, drawn by this file's neighbours.

Nothing is downloaded and nothing is stored: `generate(n, seed)` draws the pictures, always the same ones for the
same seed, on every machine. Objects differ in form, colour, place, size and angle, stand before a cluttered
background, and are partly hidden. `generate(m, seed)` is the beginning of `generate(n, seed)` when m < n.
"""

from __future__ import annotations

import functools
import hashlib

import numpy as np
from numpy.typing import NDArray

from labkit.data.drawing import SIZE, Canvas, Palette
from labkit.data.pictures import PAINTERS
from labkit.data.scenery import background, blot, photograph
from labkit.data.stream import Stream

VERSION = 1
CLASS_NAMES: tuple[str, ...] = tuple(name for name, _ in PAINTERS)

_BLOCK = 500  # pictures drawn from one random stream, the same number of every class

_TYPICAL_COLOUR = 0.3  # share of pictures in which the object has its usual colours
_TYPICAL_SCENE = 0.34  # share of pictures in which the background is the usual one (or is so by chance)
_WANDER = 0.32  # how far objects stray from the middle, where 1 is the edge
_SCALE = (0.65, 0.9)  # half the object's height, where 1 is half the picture's
_TURN = 0.2  # tangent of half the largest angle: 22 degrees


def _draw(kind: int, count: int, *entropy: int) -> NDArray[np.uint8]:
    """`count` pictures (count, 32, 32, 3) of one kind."""
    name, painter = PAINTERS[kind]
    stream = Stream(count, *entropy, kind + 1)
    canvas = Canvas(background(stream, name, _TYPICAL_SCENE))
    for _ in range(2):
        blot(canvas, stream, size=(0.15, 0.45), reach=(0.3, 1.0), often=0.7)
    canvas.frame(
        stream.centred(_WANDER),
        stream.centred(_WANDER),
        stream.uniform(*_SCALE),
        stream.centred(_TURN),
        stream.chance(0.5) * 2.0 - 1.0,
    )
    painter(canvas, stream, Palette(stream, _TYPICAL_COLOUR))
    blot(canvas, stream, size=(0.15, 0.4), reach=(0.5, 1.1), often=0.5)
    return photograph(canvas.image, stream)


def _generate_block(*entropy: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """One block of pictures and labels in random order, equally many of every class."""
    classes = len(CLASS_NAMES)
    order = Stream(1, *entropy, 0).order(_BLOCK)
    pictures = np.concatenate([_draw(kind, _BLOCK // classes, *entropy) for kind in range(classes)])
    labels = np.repeat(np.arange(classes, dtype=np.int64), _BLOCK // classes)
    return pictures[order], labels[order]


def generate(n: int, seed: int, domain: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw n pictures from a seed.

    Arguments: n >= 0; seed, any non-negative integer; domain, another such number: the same seed gives other
    pictures in another domain.
    Returns: pictures (n, 32, 32, 3) uint8, labels (n,) int64 in 0 .. 9, shuffled, equally many of each class in
    every 500.
    """
    pictures = np.empty((n, SIZE, SIZE, 3), np.uint8)
    labels = np.empty(n, np.int64)
    for block in range(-(-n // _BLOCK)):
        part = slice(block * _BLOCK, min(n, (block + 1) * _BLOCK))
        x, y = _generate_block(VERSION, domain, seed, block)
        pictures[part], labels[part] = x[: part.stop - part.start], y[: part.stop - part.start]
    return pictures, labels


@functools.cache
def fingerprint() -> str:
    """Eight hexadecimal digits that change when the drawing does: they name what was kept on disk."""
    sample = [_draw(kind, 1, VERSION, 0, 0, 0) for kind in range(len(CLASS_NAMES))]
    return hashlib.sha256(b"".join(pictures.tobytes() for pictures in sample)).hexdigest()[:8]

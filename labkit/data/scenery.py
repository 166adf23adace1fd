"""What is around the object: background, clutter, occluders, light and the camera's faults.

The amounts are chosen so that the course's lessons hold. Backgrounds are pale and vary little within a
scene, while objects, clutter and snow are fewer pixels that differ much: a distance that squares the differences
suffers more from them (L2 against L1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labkit.data.drawing import SIZE, Canvas, box, disc, rgb
from labkit.data.stream import Floats, Stream

# Per scene: hue, saturation and value of the upper and of the lower half.
_SCENES = {
    "sea": ((0.56, 0.4, 0.85), (0.57, 0.7, 0.55)),
    "meadow": ((0.55, 0.35, 0.9), (0.28, 0.6, 0.55)),
    "street": ((0.58, 0.15, 0.8), (0.1, 0.08, 0.4)),
    "room": ((0.1, 0.3, 0.75), (0.06, 0.5, 0.45)),
    "deep": ((0.5, 0.6, 0.7), (0.6, 0.8, 0.35)),
    "night": ((0.68, 0.6, 0.2), (0.75, 0.5, 0.3)),
    "forest": ((0.3, 0.35, 0.6), (0.2, 0.6, 0.3)),
    "dusk": ((0.05, 0.5, 0.85), (0.85, 0.4, 0.4)),
}
_HOME = {
    "boat": "sea",
    "butterfly": "meadow",
    "car": "street",
    "cat": "room",
    "fish": "deep",
    "flower": "meadow",
    "house": "dusk",
    "mushroom": "forest",
    "rocket": "night",
    "tree": "meadow",
}
# How far a scene's hue, and its saturation and value, stray from picture to picture.
_HUE, _SHADE = 0.03, 0.06
_VIVID = 0.5  # contrast between scenes: weaker than that of objects and clutter
_CLOUDS = (0.02, 0.1)
_SNOW = 0.05  # the largest share of white specks; half of the pictures have none
_LIGHT, _CAST, _EXPOSURE = 0.25, 0.04, 0.01
_CONTRAST = (0.8, 1.1)
_NOISE = 0.06
_TABLE = np.array(list(_SCENES.values()), np.float32)  # (scenes, half, hsv)


def _blend_rows(grid: Floats) -> Floats:
    """Smooth interpolation of (..., 5, n) to (..., 32, n) along the second axis from the end."""
    place = (np.arange(SIZE, dtype=np.float32) + 0.5) * ((grid.shape[-2] - 1) / SIZE)
    step = place - np.floor(place)
    cell = place.astype(np.int64)
    weight = (step * step * (3.0 - 2.0 * step))[:, None]
    low = grid[..., cell, :]
    return low + weight * (grid[..., cell + 1, :] - low)


def clouds(stream: Stream, cells: int) -> Floats:
    """Low-frequency colour noise around zero: (3, batch, 32, 32)."""
    grid = stream.fractions(3, stream.batch, cells + 1, cells + 1) - 0.5
    rows = _blend_rows(grid)  # (3, batch, 32, cells + 1)
    return np.ascontiguousarray(_blend_rows(rows.swapaxes(-1, -2)).swapaxes(-1, -2))


def background(stream: Stream, name: str, at_home: float) -> Floats:
    """A scene (3, batch, 32, 32): two halves, a soft horizon and clouds; `at_home` = how often the usual one."""
    home = list(_SCENES).index(_HOME[name])
    usual = stream.chance(at_home)[:, 0, 0] > 0
    anywhere = (stream.fractions(stream.batch) * len(_TABLE)).astype(np.int64)
    scene = _TABLE[np.where(usual, home, anywhere)]  # (batch, half, hsv)
    halves = []
    for half in range(2):
        colour: tuple[Floats, ...] = tuple(scene[:, half, i].reshape(-1, 1, 1) for i in range(3))
        hue = colour[0] + stream.centred(_HUE)
        saturation = np.clip(colour[1] + stream.uniform(-_SHADE, _SHADE), 0.0, 1.0)
        value = np.clip(colour[2] + stream.uniform(-_SHADE, _SHADE), 0.05, 1.0)
        halves.append(0.45 + _VIVID * (rgb(hue, saturation, value) - 0.45))
    up = -((np.arange(SIZE, dtype=np.float32) + 0.5) * (2.0 / SIZE) - 1.0).reshape(1, SIZE, 1)
    share = np.clip((up - stream.uniform(-0.6, 0.5)) * stream.uniform(0.5, 6.0) + 0.5, 0.0, 1.0)
    sky = halves[1] + share * (halves[0] - halves[1])  # (3, batch, 32, 1)
    return sky + clouds(stream, 4) * stream.uniform(*_CLOUDS)


def blot(
    canvas: Canvas, stream: Stream, size: tuple[float, float], reach: tuple[float, float], often: float
) -> None:
    """A disc or a bar, black, white or vivid, whose centre is between `reach` from the middle, on `often` of the pictures."""
    x, y = stream.uniform(*reach), stream.uniform(-1.0, 1.0)
    swap, flip = stream.chance(0.5), stream.chance(0.5) * 2.0 - 1.0
    x = x * flip
    x, y = x + swap * (y - x), y + swap * (x - y)
    canvas.frame(x, y, stream.uniform(*size), stream.uniform(-1.0, 1.0))
    slim = stream.uniform(0.25, 0.9)
    bar, round_ = box(canvas.x, canvas.y, 1.0, slim), disc(canvas.x, canvas.y / (slim + 0.1), 0.8)
    shape = bar + stream.chance(0.5) * (round_ - bar)
    colour = rgb(stream.uniform(0.0, 1.0), stream.chance(0.5), stream.chance(0.7))
    canvas.paint(shape, colour, stream.chance(often) * stream.uniform(0.6, 1.0))


def photograph(image: Floats, stream: Stream) -> NDArray[np.uint8]:
    """Light from a side, contrast, colour cast, snow and noise: (3, batch, 32, 32) to uint8 (batch, 32, 32, 3)."""
    ramp = (np.arange(SIZE, dtype=np.float32) + 0.5) * (2.0 / SIZE) - 1.0
    across = stream.uniform(-_LIGHT, _LIGHT) * ramp[None, None, :]
    down = stream.uniform(-_LIGHT, _LIGHT) * ramp[None, :, None]
    cast = 1.0 + (stream.fractions(3, stream.batch, 1, 1) - 0.5) * _CAST
    image = image * (1.0 + across + down) - 0.5
    image = image * (stream.uniform(*_CONTRAST) * cast * 255.0) + (stream.centred(_EXPOSURE) + 0.5) * 255.0
    grains = stream.bytes(2, 3, stream.batch, SIZE, SIZE).astype(np.float32)
    image += (grains[0] - grains[1]) * (stream.uniform(0.3, 1.0) * _NOISE)
    flakes = stream.bytes(stream.batch, SIZE, SIZE) < stream.uniform(-256.0 * _SNOW, 256.0 * _SNOW)
    image += flakes * np.float32(512.0)
    np.clip(image, 0.0, 255.0, out=image)
    image += 0.5
    return image.astype(np.uint8).transpose(1, 2, 3, 0)

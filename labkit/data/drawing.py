"""Drawing many small pictures at once with signed distances.

A shape is its signed distance: an array (batch, 32, 32) that is negative inside, positive outside. Union is the
minimum, intersection the maximum, and a shape is painted with soft edges one pixel wide.
"""

from __future__ import annotations

import numpy as np

from labkit.data.stream import Floats, Stream

SIZE = 32
_CENTRES = (np.arange(SIZE, dtype=np.float32) + 0.5) * (2.0 / SIZE) - 1.0

Number = float | Floats


class Canvas:
    """A batch of pictures (3, batch, 32, 32) in 0 .. 1, with a movable pen frame.

    The picture spans -1 .. 1, x to the right and y upward. `frame` gives coordinates x, y (batch, 32, 32) that are
    moved, turned and scaled, one placement per picture.
    """

    def __init__(self, image: Floats) -> None:
        self.image = image
        self._scratch = np.empty_like(image)
        self.x: Floats = np.empty(0, np.float32)
        self.y: Floats = np.empty(0, np.float32)
        self._sharpness: Floats = np.empty(0, np.float32)

    def frame(self, x: Number, y: Number, scale: Floats, turn: Floats, mirror: Number = 1.0) -> None:
        """Place the pen: centre (x, y), size of one unit, `turn` = tan(angle / 2), mirror +1 or -1."""
        square = turn * turn
        cos, sin = (1.0 - square) / (1.0 + square), 2.0 * turn / (1.0 + square)
        across = _CENTRES[None, None, :] - x  # (batch, 1, 32)
        up = -_CENTRES[None, :, None] - y  # (batch, 32, 1)
        inverse = 1.0 / scale
        self.x = (cos * inverse * mirror) * across + (sin * inverse * mirror) * up  # (batch, 32, 32)
        self.y = (cos * inverse) * up - (sin * inverse) * across
        self._sharpness = scale * (SIZE / 2)

    def paint(self, distance: Floats, colour: Floats, opacity: Number = 1.0) -> None:
        """Fill the shape with one colour (3, batch, 1, 1) per picture."""
        cover = distance * -self._sharpness
        cover += 0.5
        np.clip(cover, 0.0, 1.0, out=cover)
        if not (isinstance(opacity, float) and opacity == 1.0):
            cover *= opacity
        np.subtract(colour, self.image, out=self._scratch)
        self._scratch *= cover
        self.image += self._scratch


def disc(x: Floats, y: Floats, radius: Number) -> Floats:
    """A disc around the origin."""
    return np.sqrt(x * x + y * y) - radius


def ellipse(x: Floats, y: Floats, width: Number, height: Number) -> Floats:
    """An ellipse with half axes width, height around the origin (the distance is exact on its edge only)."""
    u, v = x * (1.0 / width), y * (1.0 / height)
    return (np.sqrt(u * u + v * v) - 1.0) * np.asarray(np.minimum(width, height), np.float32)


def box(x: Floats, y: Floats, width: Number, height: Number) -> Floats:
    """A rectangle with half sides width, height around the origin."""
    return np.maximum(np.abs(x) - width, np.abs(y) - height)


def wedge(x: Floats, y: Floats, half_base: Number, height: Number) -> Floats:
    """An upright isosceles triangle: base on y = 0, tip at (0, height)."""
    slope = np.asarray(half_base / height, np.float32)
    side = (np.abs(x) + y * slope - half_base) * (1.0 / np.sqrt(1.0 + slope * slope))
    return np.maximum(side, -y)


def turned(x: Floats, y: Floats, cos: float, sin: float) -> tuple[Floats, Floats]:
    """Coordinates in a frame turned counter-clockwise by the angle with this cosine and sine."""
    return cos * x + sin * y, cos * y - sin * x


def union(*distances: Floats) -> Floats:
    result = distances[0]
    for distance in distances[1:]:
        result = np.minimum(result, distance)
    return result


def both(*distances: Floats) -> Floats:
    """Intersection."""
    result = distances[0]
    for distance in distances[1:]:
        result = np.maximum(result, distance)
    return result


def rgb(hue: Floats, saturation: Floats, value: Floats) -> Floats:
    """Colours (3, batch, 1, 1) from hue (0 .. 1, wraps around), saturation and value, each (batch, 1, 1)."""
    offsets = np.array([0.0, 4.0, 2.0], np.float32).reshape(3, 1, 1, 1)
    wheel = hue * 6.0 + offsets
    wheel = wheel - 6.0 * np.floor(wheel * (1.0 / 6.0))
    pure = np.clip(np.abs(wheel - 3.0) - 1.0, 0.0, 1.0)
    return value * (1.0 + saturation * (pure - 1.0))


class Palette:
    """Colours for one batch: usually free, sometimes the ones that are typical of the object.

    One coin per picture decides whether its colours are the typical ones, so that colour alone says something
    about the class, but not much.
    """

    def __init__(self, stream: Stream, typical: float) -> None:
        self._stream = stream
        self._usual = stream.chance(typical)

    def mix(
        self,
        hue: float,
        spread: float = 0.06,
        saturation: tuple[float, float] = (0.35, 0.95),
        value: tuple[float, float] = (0.45, 1.0),
    ) -> Floats:
        """A colour with the given hue where the picture is a typical one, and any hue elsewhere."""
        stream = self._stream
        typical = hue + stream.centred(spread)
        free = stream.uniform(0.0, 1.0)
        chosen = free + self._usual * (typical - free)
        return rgb(chosen, stream.uniform(*saturation), stream.uniform(*value))

    def grey(self, low: float, high: float) -> Floats:
        """A nearly grey colour with a value between low and high."""
        stream = self._stream
        return rgb(stream.uniform(0.0, 1.0), stream.uniform(0.0, 0.15), stream.uniform(low, high))

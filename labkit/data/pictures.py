"""The ten kinds of object, each drawn from a few signed distances in its own frame (about -1 .. 1).

Every function paints one batch: `canvas` holds the frame, `stream` gives the numbers that make no two objects
alike, `palette` the colours.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labkit.data.drawing import Canvas, Palette, both, box, disc, ellipse, turned, union, wedge
from labkit.data.stream import Stream

Painter = Callable[[Canvas, Stream, Palette], None]


def boat(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    length, depth = stream.uniform(0.75, 1.0), stream.uniform(0.28, 0.42)
    height = stream.uniform(1.2, 1.5)
    deck = -0.42
    canvas.paint(box(x + 0.02, y - 0.2, 0.05, 0.72), palette.grey(0.1, 0.5))
    sail = both(wedge(x - 0.04, y + 0.3, stream.uniform(0.6, 0.85), height), 0.04 - x)
    canvas.paint(sail, palette.mix(0.12, saturation=(0.0, 0.5), value=(0.8, 1.0)))
    jib = both(wedge(x + 0.1, y + 0.28, stream.uniform(0.45, 0.75), height * 0.85), x + 0.1)
    canvas.paint(jib, palette.mix(0.0, saturation=(0.0, 0.9), value=(0.6, 1.0)))
    hull = both(np.abs(x) - length + (deck - y) * 0.8, y - deck, deck - depth - y)
    canvas.paint(hull, palette.mix(0.02, value=(0.25, 0.8)))
    stripe = both(hull, np.abs(y - deck + 0.1) - 0.05)
    canvas.paint(stripe, palette.grey(0.7, 1.0))


def butterfly(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    side, y = np.abs(canvas.x), canvas.y
    wing, spot = palette.mix(0.09, value=(0.6, 1.0)), palette.mix(0.6)
    u, v = turned(side - 0.5, y - 0.34, 0.77, 0.64)
    upper = ellipse(u, v, stream.uniform(0.5, 0.62), stream.uniform(0.3, 0.42))
    u, v = turned(side - 0.4, y + 0.42, 0.77, -0.64)
    lower = ellipse(u, v, stream.uniform(0.36, 0.48), stream.uniform(0.24, 0.32))
    wings = union(upper, lower)
    canvas.paint(wings - 0.05, wing * 0.3)
    canvas.paint(wings + 0.03, wing)
    canvas.paint(disc(side - 0.58, y - 0.4, stream.uniform(0.12, 0.22)), spot)
    canvas.paint(disc(side - 0.45, y + 0.46, stream.uniform(0.08, 0.16)), spot)
    body = ellipse(side, y + 0.05, 0.1, 0.62)
    feeler = both(np.abs(side - 0.1 - (y - 0.5) * 0.5) - 0.035, 0.5 - y, y - 0.95)
    canvas.paint(union(body, feeler), palette.grey(0.02, 0.25))


def car(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    side = np.abs(x)
    paint = palette.mix(0.0, value=(0.4, 1.0))
    roof, shift = stream.uniform(0.42, 0.6), stream.uniform(-0.05, 0.25)
    lean = stream.uniform(0.35, 0.7)
    cabin = both(np.abs(x + shift) - 0.62 + (y - 0.05) * lean, y - roof, -0.05 - y)
    canvas.paint(cabin, paint * 0.85)
    glass = both(cabin + 0.1, 0.08 - y, 0.05 - np.abs(x + shift))
    canvas.paint(glass, palette.mix(0.55, saturation=(0.1, 0.4), value=(0.6, 1.0)))
    body = box(x, y + 0.17, stream.uniform(0.92, 1.0), stream.uniform(0.22, 0.28)) - 0.03
    canvas.paint(body, paint)
    canvas.paint(box(side - 0.9, y + 0.08, 0.09, 0.07), palette.mix(0.14, value=(0.8, 1.0)))
    reach, wheel = stream.uniform(0.5, 0.6), stream.uniform(0.21, 0.28)
    hub = disc(side - reach, y + 0.42, 0.0)
    canvas.paint(hub - wheel, palette.grey(0.02, 0.15))
    canvas.paint(hub - wheel * 0.5, palette.grey(0.5, 0.95))


def cat(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    side = np.abs(x)
    fur = palette.mix(0.08, spread=0.04, saturation=(0.1, 0.8), value=(0.3, 1.0))
    width = stream.uniform(0.68, 0.85)
    u, v = turned(side - 0.5, y - 0.3, 0.92, -0.38)
    tip = stream.uniform(0.6, 0.85)
    ears = wedge(u, v, 0.32, tip)
    face = ellipse(x, y + 0.12, width, stream.uniform(0.6, 0.72))
    canvas.paint(union(ears, face) - 0.04, fur * 0.45)
    canvas.paint(union(ears, face) + 0.02, fur)
    canvas.paint(wedge(u, v - 0.05, 0.18, tip * 0.7), palette.mix(0.97, saturation=(0.2, 0.5)))
    canvas.paint(ellipse(x, y + 0.42, 0.34, 0.24), fur * 0.4 + 0.6)
    eyes = ellipse(side - 0.31, y - 0.02, 0.17, stream.uniform(0.12, 0.18))
    canvas.paint(eyes, palette.mix(0.25, value=(0.75, 1.0)))
    canvas.paint(ellipse(side - 0.31, y - 0.02, stream.uniform(0.05, 0.1), 0.14), fur * 0.05)
    canvas.paint(wedge(x, -0.26 - y, 0.11, 0.13), palette.mix(0.95, value=(0.3, 0.8)))


def fish(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    scales, fin = palette.mix(0.08), palette.mix(0.02)
    height = stream.uniform(0.36, 0.58)
    tail = both(
        np.abs(y) - (0.08 - (x + 0.45) * stream.uniform(0.7, 1.0)), x + 0.45, -1.0 - x - np.abs(y) * 0.3
    )
    canvas.paint(tail, fin)
    top = both(np.abs(x + 0.0 + (y - 0.3) * 0.5) - 0.3, y - height - stream.uniform(0.15, 0.3), 0.1 - y)
    canvas.paint(top, fin)
    body = ellipse(x - 0.16, y, 0.74, height)
    canvas.paint(body, scales)
    belly = both(body, y + height * 0.35)
    canvas.paint(belly, scales * 0.4 + 0.6, 0.8)
    stripes = both(body, np.minimum(np.abs(x - 0.28), np.abs(x + 0.1)) - stream.uniform(0.03, 0.09))
    canvas.paint(stripes, palette.mix(0.6), stream.chance(0.6))
    u, v = x - 0.58, y - height * 0.25
    eye = disc(u, v, 0.0)
    canvas.paint(eye - 0.15, palette.grey(0.9, 1.0))
    canvas.paint(eye - 0.075, palette.grey(0.0, 0.1))


def flower(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    leaf = palette.mix(0.33, saturation=(0.4, 0.9), value=(0.3, 0.75))
    canvas.paint(box(x, y + 0.6, stream.uniform(0.05, 0.09), 0.45), leaf)
    u, v = turned(np.abs(x) - 0.3, y + 0.72, 0.82, 0.57)
    canvas.paint(ellipse(u, v, 0.32, 0.13), leaf)
    petal = palette.mix(0.9, value=(0.6, 1.0))
    reach, round_ = stream.uniform(0.36, 0.46), stream.uniform(0.2, 0.3)
    side, up = np.abs(x), y - 0.3
    petals = union(
        disc(side, up - reach, round_),
        disc(side - 0.951 * reach, up - 0.309 * reach, round_),
        disc(side - 0.588 * reach, up + 0.809 * reach, round_),
    )
    canvas.paint(petals - 0.04, petal * 0.4)
    canvas.paint(petals + 0.02, petal)
    canvas.paint(disc(x, up, stream.uniform(0.18, 0.26)), palette.mix(0.14, value=(0.7, 1.0)))


def house(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    wall = palette.mix(0.11, saturation=(0.05, 0.6), value=(0.6, 1.0))
    width, eaves = stream.uniform(0.58, 0.8), stream.uniform(0.0, 0.2)
    canvas.paint(box(x - 0.42, y - 0.6, 0.1, 0.3), palette.mix(0.03, value=(0.3, 0.7)))
    canvas.paint(both(np.abs(x) - width, y - eaves, -0.85 - y), wall)
    roof = wedge(x, y - eaves, width + 0.22, stream.uniform(0.6, 0.85))
    canvas.paint(roof, palette.mix(0.02, value=(0.3, 0.85)))
    door = stream.uniform(-0.25, 0.25)
    canvas.paint(box(x - door, y + 0.6, 0.13, 0.26), palette.mix(0.07, value=(0.15, 0.5)))
    glass = palette.mix(0.14, saturation=(0.1, 0.7), value=(0.8, 1.0))
    window = box(np.abs(x) - width * 0.62, y + 0.2, 0.13, 0.13)
    canvas.paint(window - 0.05, wall * 0.4)
    canvas.paint(window, glass)


def mushroom(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    stem = palette.mix(0.12, saturation=(0.0, 0.3), value=(0.7, 1.0))
    thick = stream.uniform(0.17, 0.3)
    canvas.paint(both(np.abs(x) - thick - (0.0 - y) * 0.15, y - 0.15, -0.85 - y), stem)
    cap = palette.mix(0.0, value=(0.45, 1.0))
    width, height = stream.uniform(0.75, 1.0), stream.uniform(0.65, 0.9)
    base = stream.uniform(-0.1, 0.1)
    dome = both(ellipse(x, y - base, width, height), base - y)
    canvas.paint(dome - 0.03, cap * 0.4)
    canvas.paint(dome + 0.03, cap)
    size = stream.uniform(0.09, 0.16)
    side, up = np.abs(x - stream.uniform(-0.1, 0.1)), y - base
    dots = union(disc(side, up - 0.52, size), disc(side - 0.42, up - 0.24, size))
    canvas.paint(dots, palette.grey(0.85, 1.0))


def rocket(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    side = np.abs(x)
    flame = wedge(x, -0.55 - y, 0.24, stream.uniform(0.35, 0.6))
    canvas.paint(flame, palette.mix(0.1, value=(0.85, 1.0)))
    fins = both(side - 0.62 + (y + 0.5) * 0.55, y + 0.05, -0.72 - y + side * 0.1)
    canvas.paint(fins, palette.mix(0.0, value=(0.4, 0.95)))
    width = stream.uniform(0.27, 0.38)
    bend = (y + 0.1) * 0.86
    hull = both(side - width + bend * bend * 0.42 * np.abs(bend), -0.62 - y, y - 1.05)
    canvas.paint(hull, palette.mix(0.6, saturation=(0.0, 0.5), value=(0.65, 1.0)))
    canvas.paint(both(hull, 0.52 - y), palette.mix(0.0, value=(0.4, 0.95)))
    port = disc(x, y - 0.22, 0.0)
    canvas.paint(port - 0.2, palette.grey(0.1, 0.4))
    canvas.paint(port - 0.13, palette.mix(0.52, value=(0.7, 1.0)))


def tree(canvas: Canvas, stream: Stream, palette: Palette) -> None:
    x, y = canvas.x, canvas.y
    bark = palette.mix(0.07, spread=0.03, saturation=(0.4, 0.8), value=(0.2, 0.5))
    canvas.paint(box(x, y + 0.6, stream.uniform(0.09, 0.17), 0.4), bark)
    leaves = palette.mix(0.31, spread=0.09, value=(0.3, 0.85))
    size = stream.uniform(0.85, 1.1)
    u, v = x / size, y / size
    round_ = union(disc(u, v - 0.55, 0.4), disc(np.abs(u) - 0.36, v - 0.08, 0.38))
    pointed = union(
        wedge(u, v - 0.3, 0.46, 0.75), wedge(u, v + 0.05, 0.6, 0.75), wedge(u, v + 0.4, 0.76, 0.8)
    )
    conifer = stream.chance(0.5)
    crown = round_ + conifer * (pointed - round_)
    canvas.paint(crown - 0.04, leaves * 0.5)
    canvas.paint(crown + 0.02, leaves)
    glint = disc(u + 0.15, v - 0.35, 0.2)
    canvas.paint(both(glint, crown), leaves * 0.7 + 0.3, 0.6)


PAINTERS: tuple[tuple[str, Painter], ...] = (
    ("boat", boat),
    ("butterfly", butterfly),
    ("car", car),
    ("cat", cat),
    ("fish", fish),
    ("flower", flower),
    ("house", house),
    ("mushroom", mushroom),
    ("rocket", rocket),
    ("tree", tree),
)

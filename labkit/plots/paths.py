"""Paths of several update rules over one surface: a still picture, and an animation that plays in any browser.

paths = {"SGD": follow(sgd, gradient, start, 150, {"learning_rate": 0.01}), "Adam": ...}
contour_paths(f, {"from (2, 1)": paths}, extent=(-1, 4, -1, 2), minimum=(3, 0.5))
race(f, paths, extent=(-1, 4, -1, 2), minimum=(3, 0.5))
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled

Surface = Callable[[np.ndarray, np.ndarray], np.ndarray]
Extent = tuple[float, float, float, float]

_SHAPES = {
    "o": "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0Z",
    "s": "M-4.5,-4.5H4.5V4.5H-4.5Z",
    "^": "M0,-6L5.5,4H-5.5Z",
    "D": "M0,-6L6,0L0,6L-6,0Z",
    "v": "M0,6L5.5,-4H-5.5Z",
    "P": "M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "X": "M-6,-3L-3,-6L0,-3L3,-6L6,-3L3,0L6,3L3,6L0,3L-3,6L-6,3L-3,0Z",
    "*": "M0,-7L2,-2L7,-2L3,1L5,6L0,3L-5,6L-3,1L-7,-2L-2,-2Z",
}
_WIDTH, _HEIGHT, _LEGEND, _MARGIN = 640, 400, 150, 26
_numbers = count(1)


def follow(
    rule: Callable[..., Any],
    gradient: Callable[[np.ndarray], np.ndarray],
    start: Sequence[float] | np.ndarray,
    num_steps: int,
    config: Mapping[str, Any],
) -> np.ndarray:
    """The points that an update rule visits, (num_steps + 1, D), the start first.

    Args:
        rule: `rule(w, dw, config) -> next_w, config`.
        gradient: maps a point (D,) to the gradient there, (D,).
        config: the rule's settings; the dictionary itself is left as it is.
    """
    given.whole("num_steps", num_steps, least=0)
    settings, path = dict(config), [given.numbers("start", start, "D").astype(np.float64)]
    for _ in range(num_steps):
        moved = rule(
            path[-1].copy(), given.numbers("gradient(point)", gradient(path[-1]), len(path[0])), settings
        )
        if not isinstance(moved, tuple | list) or len(moved) != 2:
            raise TypeError(f"rule must return next_w and config, not a {type(moved).__name__}")
        path.append(given.numbers("next_w", moved[0], len(path[0])))
        settings = moved[1]
    return np.array(path)


@styled
def contour_paths(
    f: Surface,
    starts: Mapping[str, Mapping[str, np.ndarray]],
    extent: Extent,
    minimum: Sequence[float],
    markers_every: int = 15,
) -> Figure:
    """Paths over the contour lines of f, one panel for each start, with the values of f below.

    Args:
        f: the surface, as a function of two arrays.
        starts: title of a panel -> name of a method -> points (T, 2).
        extent: left, right, bottom and top of the panels; paths may leave them.
        minimum: the lowest point, marked by a star; f is shown as its height above it.
        markers_every: steps between two markers of a path.
    """
    given.several("starts", starts)
    lowest = float(f(*_point("minimum", minimum)))
    figure, axes = panels(2, len(starts), size=(4.6, 3.0), height_ratios=(1.45, 1), sharey="row")
    for place, (title, paths) in enumerate(starts.items()):
        _check_paths(f"starts[{title!r}]", paths)
        frame, below = axes[0, place], axes[1, place]
        _contours(frame, f, extent, lowest)
        for number, (name, path) in enumerate(paths.items()):
            look = _look(number)
            frame.plot(path[:, 0], path[:, 1], **look, markevery=markers_every, markersize=4, linewidth=1.3)
            with np.errstate(over="ignore", invalid="ignore"):
                heights = np.maximum(f(path[:, 0], path[:, 1]) - lowest, 1e-16)
            offset = (3 * number) % max(len(path) // 4, 1)
            every = (offset, max(len(path) // 4, 1))
            below.semilogy(heights, **look, markevery=every, markersize=4, linewidth=1.3, label=name)
        frame.plot(*next(iter(paths.values()))[0], marker="s", color="black", markersize=7, linestyle="")
        frame.plot(*minimum, marker="*", color="white", markeredgecolor="black", markersize=15, linestyle="")
        frame.set(title=title, xlim=extent[:2], ylim=extent[2:])
        below.set(xlabel="step", ylim=(1e-8, None))
    axes[1, 0].set_ylabel("height above the minimum")
    axes[1, -1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def against(
    settings: Sequence[float],
    values: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    title: str = "",
) -> Figure:
    """Positive numbers against a positive setting, both on logarithmic axes, one line for each method.

    Args:
        settings: (M,) positive numbers, such as condition numbers.
        values: name of a method -> (M,) positive numbers, such as steps that it needs.
    """
    given.several("values", values)
    given.numbers("settings", settings, "M")
    figure, axes = panels(1, 1, size=(6.0, 3.6))
    for number, (name, heights) in enumerate(values.items()):
        given.numbers(f"values[{name!r}]", heights, len(settings))
        axes[0, 0].loglog(settings, heights, **_look(number), label=name)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel, title=title)
    axes[0, 0].legend()
    return figure


class Race:
    """An animation: a drawing that moves by itself, with no player, file or network behind it.

    Notebooks show `html`; where that cannot be shown, as in print, they take the still picture of all paths.
    """

    def __init__(self, html: str, still: bytes) -> None:
        self.html = html
        self.still = still

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/html": self.html,
            "image/png": base64.b64encode(self.still).decode(),
            "text/plain": "an animation",
        }


def race(
    f: Surface,
    paths: Mapping[str, np.ndarray],
    extent: Extent,
    minimum: Sequence[float],
    title: str = "",
    seconds: float = 12.0,
) -> Race:
    """Several paths over the contour lines of f, walked at the same time, one step of each per moment.

    Args:
        f: the surface, as a function of two arrays.
        paths: name of a method -> points (T, 2), all of the same length.
        extent: left, right, bottom and top of the picture; paths may leave it.
        minimum: the lowest point, marked by a star.
        title: a line above the picture.
        seconds: time for all steps.
    """
    _check_paths("paths", paths)
    if len({len(path) for path in paths.values()}) > 1:
        raise ValueError("paths must all have the same number of steps")
    if not 0.1 <= seconds <= 600:
        raise ValueError(f"seconds must be between 0.1 and 600, not {seconds}")
    lowest, steps = float(f(*_point("minimum", minimum))), len(next(iter(paths.values()))) - 1
    number = next(_numbers)
    drawn = [
        _runner(place, name, _on_canvas(path, extent), seconds)
        for place, (name, path) in enumerate(paths.items())
    ]
    star = _on_canvas(np.array([minimum], dtype=np.float64), extent)[0]
    svg = f"""<svg id="race{number}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + _LEGEND} {_HEIGHT + _MARGIN}"
 width="{_WIDTH + _LEGEND}" style="max-width:100%;background:#fff" font-family="sans-serif" font-size="13">
<title>{_safe(title) or "Paths of update rules"}</title>
<rect width="100%" height="100%" fill="#fff"/><text x="4" y="17" font-size="14">{_safe(title)}</text>
<g transform="translate(0,{_MARGIN})"><clipPath id="frame{number}"><rect width="{_WIDTH}" height="{_HEIGHT}"/></clipPath>
<image width="{_WIDTH}" height="{_HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,{_background(f, extent, lowest)}"/>
<g clip-path="url(#frame{number})"><path transform="translate({star[0]:.1f},{star[1]:.1f}) scale(1.5)" d="{_SHAPES["*"]}" fill="#fff" stroke="#000"/>
{"".join(trail for trail, _ in drawn)}</g>
{"".join(legend for _, legend in drawn)}</g></svg>"""
    still = _still(f, {title: paths}, extent, minimum)
    return Race(f"<div>{svg}{_controls(number, seconds, steps)}</div>", still)


def _runner(place: int, name: str, points: np.ndarray, seconds: float) -> tuple[str, str]:
    """One path that grows with time, its marker, and its line of the legend; without animation all of it is seen."""
    color, marker = PALETTE[place % len(PALETTE)], _SHAPES[MARKERS[place % len(MARKERS)]]
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    total = max(lengths[-1], 1e-6)
    dashes = ";".join(f"{total - length:.1f}" for length in lengths)
    places = ";".join(f"{x:.1f},{y:.1f}" for x, y in points)
    timing = f'dur="{seconds:g}s" repeatCount="indefinite"'
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    trail = (
        f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{total:.1f}">'
        f'<animate attributeName="stroke-dashoffset" values="{dashes}" {timing}/></polyline>'
        f'<g transform="translate({points[-1, 0]:.1f},{points[-1, 1]:.1f})">'
        f'<animateTransform attributeName="transform" type="translate" values="{places}" {timing}/>'
        f'<path d="{marker}" fill="{color}" stroke="#fff" stroke-width="0.8"/></g>\n'
    )
    y = 20 + 24 * place
    legend = (
        f'<g transform="translate({_WIDTH + 18},{y})"><path d="{marker}" fill="{color}"/>'
        f'<text x="14" y="4.5">{_safe(name)}</text></g>\n'
    )
    return trail, legend


def _controls(number: int, seconds: float, steps: int) -> str:
    """A button and a slider. Where scripts are not allowed they do nothing, and the drawing moves all the same."""
    find = f"document.getElementById('race{number}')"
    pause = f"var s={find};if(s.animationsPaused()){{s.unpauseAnimations()}}else{{s.pauseAnimations()}}"
    seek = (
        f"var s={find};s.pauseAnimations();s.setCurrentTime(this.value*{seconds / max(steps, 1):.6f});"
        "this.nextElementSibling.textContent='step '+this.value"
    )
    last = max(steps - 1, 0)
    return (
        f'<p style="font:13px sans-serif;margin:4px"><button onclick="{pause}">pause / play</button> '
        f'<input type="range" min="0" max="{last}" value="0" style="width:420px;vertical-align:middle" oninput="{seek}"/>'
        " <span></span></p>"
    )


@styled
def _background(f: Surface, extent: Extent, lowest: float) -> str:
    """The contour lines as a picture that fills its frame exactly, in base64."""
    figure = plt.figure(figsize=(_WIDTH / 100, _HEIGHT / 100), layout="none")
    frame = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    _contours(frame, f, extent, lowest)
    frame.set(xlim=extent[:2], ylim=extent[2:], xticks=[], yticks=[])
    picture = _png(figure, dpi=150)
    plt.close(figure)
    return base64.b64encode(picture).decode()


def _still(
    f: Surface, starts: dict[str, Mapping[str, np.ndarray]], extent: Extent, minimum: Sequence[float]
) -> bytes:
    figure = contour_paths(f, starts, extent, minimum)
    picture = _png(figure, dpi=110)
    plt.close(figure)
    return picture


def _png(figure: Figure, dpi: int) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def _contours(frame: Any, f: Surface, extent: Extent, lowest: float) -> None:
    """Lines of equal height, each the same factor above the one below."""
    u, v = np.meshgrid(np.linspace(*extent[:2], 240), np.linspace(*extent[2:], 240))
    heights = np.log10(np.maximum(f(u, v) - lowest, 1e-12))
    levels = np.arange(-2.0, max(float(np.quantile(heights, 0.995)), -1.0), 0.35)
    frame.contourf(u, v, heights, levels=levels, cmap="Greys", extend="both", alpha=0.35)
    frame.contour(u, v, heights, levels=levels, colors="#777777", linewidths=0.5, linestyles="solid")
    frame.grid(visible=False)


def _look(number: int) -> dict[str, Any]:
    return {
        "color": PALETTE[number % len(PALETTE)],
        "marker": MARKERS[number % len(MARKERS)],
        "linestyle": LINES[number % len(LINES)],
    }


def _on_canvas(path: np.ndarray, extent: Extent) -> np.ndarray:
    """Points in pixels of the drawing; what lies far outside is brought near its edge."""
    left, right, bottom, top = extent
    x = (path[:, 0] - left) / (right - left) * _WIDTH
    y = (top - path[:, 1]) / (top - bottom) * _HEIGHT
    points = np.nan_to_num(np.stack([x, y], axis=1), nan=-_WIDTH, posinf=2 * _WIDTH, neginf=-_WIDTH)
    return np.clip(points, -_WIDTH, 2 * _WIDTH)


def _check_paths(name: str, paths: Any) -> None:
    given.several(name, paths)
    for label, path in paths.items():
        given.numbers(f"{name}[{label!r}]", path, "T", 2)


def _point(name: str, value: Any) -> np.ndarray:
    return given.numbers(name, value, 2).astype(np.float64)


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""Surfaces: paths of gradient descent on a function of two variables, and results over two settings."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from labkit.plots import given
from labkit.plots.style import PALETTE, SEQUENTIAL, panels, styled


def descend(
    gradient: Callable[[np.ndarray], np.ndarray],
    start: Sequence[float] | np.ndarray,
    step: float,
    num_steps: int,
) -> np.ndarray:
    """Points that gradient descent visits, (num_steps + 1, 2), the start first.

    Args:
        gradient: maps a point (2,) to the gradient there, (2,).
        step: the learning rate.
    """
    given.whole("num_steps", num_steps, least=0)
    path = [given.numbers("start", start, 2).astype(np.float64)]
    for _ in range(num_steps):
        path.append(path[-1] - step * given.numbers("gradient(point)", gradient(path[-1]), 2))
    return np.array(path)


@styled
def descent_paths(
    f: Callable[[np.ndarray, np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    extent: tuple[float, float, float, float] = (-3.0, 3.0, -5.0, 5.0),
) -> Figure:
    """Paths over the contour lines of f, one panel for each, with the values of f below.

    Args:
        f: the surface, as a function of two arrays u and v.
        paths: title -> points (T, 2); the minimum of f is marked by a star at (0, 0).
        extent: left, right, bottom and top of the panels; paths may leave them.
    """
    given.several("paths", paths)
    u, v = np.meshgrid(np.linspace(*extent[:2], 200), np.linspace(*extent[2:], 200))
    heights = f(u, v)
    levels = np.quantile(heights, 0.9) * np.linspace(0.02, 1, 9) ** 2
    figure, axes = panels(2, len(paths), size=(3.2, 2.5), height_ratios=(1.5, 1), sharey="row")
    for place, (title, path) in enumerate(paths.items()):
        given.numbers(f"paths[{title!r}]", path, "T", 2)
        frame, below = axes[0, place], axes[1, place]
        frame.contour(u, v, heights, levels=levels, cmap=SEQUENTIAL, linewidths=0.9)
        frame.plot(path[:, 0], path[:, 1], color=PALETTE[1], marker="o", markersize=3, linewidth=1.2)
        frame.plot(*path[0], marker="s", color=PALETTE[6], markersize=6)
        frame.plot(0, 0, marker="*", color=PALETTE[2], markersize=13)
        frame.set(title=title, xlabel="u", xlim=extent[:2], ylim=extent[2:])
        frame.grid(visible=False)
        below.semilogy(f(path[:, 0], path[:, 1]), color=PALETTE[0])
        below.set(xlabel="step")
    axes[0, 0].set_ylabel("v")
    axes[1, 0].set_ylabel("f(u, v)")
    return figure


@styled
def heat_map(
    values: np.ndarray,
    rows: Sequence[float],
    columns: Sequence[float],
    row_name: str,
    column_name: str,
    title: str = "",
) -> Figure:
    """A table of results over two settings, as colours and numbers; the best one has a frame.

    Args:
        values: (len(rows), len(columns)), such as validation accuracies; NaN is left empty.
        rows, columns: the settings.
    """
    values = given.numbers("values", values, len(rows), len(columns))
    if np.isnan(values).all():
        raise ValueError("values must have at least 1 number that is not NaN")
    figure, axes = panels(1, 1, size=(1.6 + 0.95 * len(columns), 1.2 + 0.55 * len(rows)))
    frame = axes[0, 0]
    image = frame.imshow(values, aspect="auto")
    figure.colorbar(image, ax=frame)
    middle = (np.nanmin(values) + np.nanmax(values)) / 2
    for place, value in np.ndenumerate(values):
        if np.isfinite(value):
            ink = "black" if value > middle else "white"
            frame.text(place[1], place[0], f"{value:.3f}", ha="center", va="center", color=ink, fontsize=9)
    best = np.unravel_index(int(np.nanargmax(values)), values.shape)
    corner = (best[1] - 0.5, best[0] - 0.5)
    frame.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=PALETTE[1], linewidth=3))
    frame.set_xticks(range(len(columns)), [f"{value:g}" for value in columns])
    frame.set_yticks(range(len(rows)), [f"{value:g}" for value in rows])
    frame.set(xlabel=column_name, ylabel=row_name, title=title)
    frame.grid(visible=False)
    return figure

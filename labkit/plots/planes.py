"""Functions of two features as pictures: where a classifier decides what, and what hidden units respond to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import DIVERGING, MARKERS, PALETTE, panels, styled

GRID = 150


@styled
def regions(
    classifiers: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    X: np.ndarray,
    y: np.ndarray,
    size: float = 3.4,
) -> Figure:
    """The regions of the plane that each classifier assigns to the classes, with the examples; one panel for each.

    Args:
        classifiers: title -> a function that maps points (M, 2) to labels (M,).
        X, y: examples (N, 2) and their labels 0 … C-1, with C at most 8.
    """
    given.several("classifiers", classifiers)
    given.labels("y", y, len(given.numbers("X", X, "N", 2)), len(PALETTE))
    points, extent = _plane(X)
    count = int(np.max(y)) + 1
    figure, axes = panels(1, len(classifiers), size=(size, size), sharex=True, sharey=True)
    for frame, (title, predict) in zip(axes[0], classifiers.items(), strict=True):
        answers = given.labels(f"the labels of {title!r}", predict(points), len(points), len(PALETTE))
        most = max(count, int(answers.max()) + 1)
        frame.imshow(
            answers.reshape(GRID, GRID), extent=extent, origin="lower", cmap=ListedColormap(PALETTE[:most]),
            vmin=-0.5, vmax=most - 0.5, alpha=0.25, aspect="equal",
        )  # fmt: skip
        for c in range(count):
            frame.scatter(
                *X[y == c].T, s=13, color=PALETTE[c], marker=MARKERS[c], linewidths=0, label=f"class {c}"
            )
        _bare(frame, title)
    if count > 1:
        axes[0, 0].legend(loc="best", fontsize=8, frameon=True, borderpad=0.3, handletextpad=0.1)
    return figure


@styled
def units(
    activations: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    columns: int = 6,
) -> Figure:
    """What hidden units compute: each one as a function over the plane; white is zero, the colours are per unit.

    Args:
        activations: maps points (M, 2) to the values of K units, (M, K).
        X, y: examples (N, 2) and labels, drawn small.
        names: K titles.
    """
    given.labels("y", y, len(given.numbers("X", X, "N", 2)), len(PALETTE))
    points, extent = _plane(X)
    values = given.numbers("activations(points)", activations(points), len(points), len(names))
    rows = -(-len(names) // columns)
    figure, axes = panels(rows, min(columns, len(names)), size=(1.65, 1.85))
    for place, frame in enumerate(axes.flat):
        if place >= len(names):
            frame.axis("off")
            continue
        plane = values[:, place].reshape(GRID, GRID)
        largest = 2 * float(np.abs(plane).max()) or 1.0  # pale enough for the examples to be seen
        frame.imshow(
            plane,
            extent=extent,
            origin="lower",
            cmap=DIVERGING,
            vmin=-largest,
            vmax=largest,
            interpolation="bilinear",
        )
        if plane.min() <= 0 < plane.max():
            frame.contour(plane > 0, levels=[0.5], extent=extent, colors="black", linewidths=0.8)
        for c in range(int(np.max(y)) + 1):
            frame.scatter(*X[y == c].T, s=3.5, color=PALETTE[c], marker=MARKERS[c], linewidths=0)
        _bare(frame, "")
        frame.set_title(names[place], fontsize=8.5, loc="center")
    return figure


def _plane(X: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """A grid of points (GRID², 2) around the examples, and its edges: left, right, bottom, top."""
    middle, reach = (X.min(axis=0) + X.max(axis=0)) / 2, 0.55 * float(np.ptp(X, axis=0).max()) or 1.0
    extent = (middle[0] - reach, middle[0] + reach, middle[1] - reach, middle[1] + reach)
    first, second = np.meshgrid(np.linspace(*extent[:2], GRID), np.linspace(*extent[2:], GRID))
    return np.stack([first.ravel(), second.ravel()], axis=1), extent


def _bare(frame: Any, title: str) -> None:
    frame.set(xticks=[], yticks=[], title=title)
    frame.grid(visible=False)

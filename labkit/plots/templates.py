"""Weights seen as pictures: the templates of a linear classifier, its scores, and the filters of a first layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import PALETTE, RIGHT, WRONG, panels, picture_axes, pixels, styled


def as_picture(weights: np.ndarray) -> np.ndarray:
    """Weights (D,) as pixel values 0 … 255, (D,): zero is mid-grey, the largest in size is 0 or 255."""
    largest = float(np.abs(weights).max()) or 1.0
    return 127.5 + 127.5 * np.asarray(weights, dtype=np.float64) / largest


@styled
def templates(W: np.ndarray, class_names: Sequence[str], title: str = "") -> Figure:
    """Each row of W as a picture: mid-grey is weight zero, bright is positive, dark is negative.

    Args:
        W: weights, (C, 3072).
        class_names: C names.
    """
    given.pictures("W", given.numbers("W", W, len(class_names), "D"))
    columns = min(5, len(W))
    rows = -(-len(W) // columns)
    figure, axes = panels(rows, columns, size=(1.7, 1.9))
    for place, frame in enumerate(axes.flat):
        picture_axes(frame, class_names[place] if place < len(W) else "", size=10)
        if place < len(W):
            shown = np.clip(127.5 + 1.25 * (as_picture(W[place]) - 127.5), 0, 255)
            frame.imshow(pixels(shown), interpolation="bilinear")
    if title:
        figure.suptitle(title)
    return figure


@styled
def score_cards(
    images: Sequence[Any] | np.ndarray, scores: np.ndarray, y: np.ndarray, class_names: Sequence[str]
) -> Figure:
    """Each picture with its scores below as bars; the true class is marked by a star.

    Args:
        images: K pictures with values 0 … 255.
        scores: (K, C), one row for each picture.
        y: (K,) true labels.
    """
    count = len(images)
    given.pictures("images", images)
    given.numbers("scores", scores, count, len(class_names))
    given.labels("y", y, count, len(class_names))
    figure, axes = panels(2, count, size=(1.9, 2.0), height_ratios=(1, 1.15))
    for place in range(count):
        row, truth = scores[place], int(y[place])
        answer = int(np.argmax(row))
        picture_axes(axes[0, place], class_names[truth])
        axes[0, place].imshow(pixels(images[place]))
        frame = axes[1, place]
        colors = [PALETTE[5]] * len(row)
        colors[answer] = RIGHT if answer == truth else WRONG
        names = [f"{name} ★" if c == truth else name for c, name in enumerate(class_names)]
        frame.barh(range(len(row)), row, color=colors)
        frame.set_yticks(
            range(len(row)), names if place == 0 else ["★" if c == truth else "" for c in range(len(row))]
        )
        frame.tick_params(labelsize=7)
        frame.invert_yaxis()
        frame.grid(visible=False, axis="y")
    axes[1, 0].set_xlabel("score", fontsize=8)
    return figure


@styled
def filters(w: np.ndarray, title: str = "", columns: int = 8) -> Figure:
    """The filters of a first layer as small pictures: mid-grey is weight zero; each is scaled by its own largest weight.

    Args:
        w: filters over three colour channels, (F, 3, HH, WW).
        columns: how many stand in a row.
    """
    given.numbers("w", w, "F", 3, "HH", "WW")
    given.whole("columns", columns)
    columns = min(columns, len(w))
    figure, axes = panels(-(-len(w) // columns), columns, size=(0.95, 0.95))
    for place, frame in enumerate(axes.flat):
        picture_axes(frame)
        if place < len(w):
            frame.imshow(pixels(as_picture(w[place].transpose(1, 2, 0))))
    if title:
        figure.suptitle(title)
    return figure

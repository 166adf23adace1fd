"""The look that every picture of the course shares: readable on paper and for the colour-blind.

    @styled
    def loss_curve(history):
        figure, axes = panels(1, 2, size=(4.5, 3.2))
        axes[0, 0].plot(history, color=PALETTE[0])
        return figure

Colours are those of Okabe and Ito (2008), in an order that keeps neighbours apart also in grey. Never tell
two things apart by colour alone: `MARKERS` and `LINES` run in step with `PALETTE`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib.pyplot as plt
import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#A6A000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)), (0, (3, 3)))
SEQUENTIAL = "cividis"  # from little (dark) to much (bright), the same for every kind of eye
DIVERGING = "PuOr"  # below and above zero; centre it with vmin = -vmax
RIGHT, WRONG = "#0072B2", "#D55E00"

RC: dict[str, Any] = {
    "figure.dpi": 110,
    "savefig.dpi": 160,
    "figure.constrained_layout.use": True,
    "figure.titlesize": 12,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": plt.cycler(color=PALETTE),
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "errorbar.capsize": 3,
    "image.cmap": SEQUENTIAL,
    "image.interpolation": "nearest",
}


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run a plotting function with the course's look; the reader's own settings stay as they are."""

    @wraps(function)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        # Not plt.rc_context: it would also undo what a notebook sets up when its first figure is made.
        before = {name: plt.rcParams[name] for name in RC}
        plt.rcParams.update(RC)
        try:
            return function(*args, **kwargs)
        finally:
            plt.rcParams.update(before)

    return drawn


def panels(
    rows: int, columns: int, size: tuple[float, float] = (4.0, 3.2), **options: Any
) -> tuple[Any, Any]:
    """A figure of rows × columns axes, each about `size` inches; axes come as an array (rows, columns)."""
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * size[0], rows * size[1]), squeeze=False, **options
    )
    return figure, axes


def pixels(image: Any) -> np.ndarray:
    """Any picture with values 0 … 255 as uint8 (H, W, 3), ready for `imshow`.

    Takes (H, W, 3), or a flat row (3·S·S,) of a square picture; values outside 0 … 255 are clipped.
    """
    array = np.asarray(image)
    if array.ndim == 1:
        side = round((array.size / 3) ** 0.5)
        array = array.reshape(side, side, 3)
    return np.clip(np.rint(array), 0, 255).astype(np.uint8)


def picture_axes(axes: Any, title: str = "", size: float = 9) -> None:
    """Turn axes into a bare frame for a picture: no ticks, no grid, a small centred title."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if title:
        axes.set_title(title, fontsize=size, loc="center")

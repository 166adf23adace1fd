"""Linear recurrences s_{t+1} = A s_t: eigenvalues, paths of the state, and how large something is step by step."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled


@styled
def portraits(paths: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Above, the eigenvalues of each matrix and the unit circle; below, the path of the state in its plane.

    Args:
        paths: title -> the matrix (2, 2), and the states (T + 1, 2), the start first.
    """
    given.several("paths", paths)
    figure, axes = panels(2, len(paths), size=(2.9, 2.8))
    turn = np.linspace(0, 2 * np.pi, 200)
    for column, (title, (matrix, states)) in enumerate(paths.items()):
        above, below = axes[:, column]
        values = np.linalg.eigvals(given.numbers(f"paths[{title!r}][0]", matrix, 2, 2))
        s = given.numbers(f"paths[{title!r}][1]", states, "T + 1", 2)
        above.plot(np.cos(turn), np.sin(turn), color=PALETTE[6], linestyle=":", linewidth=1.2)
        above.scatter(values.real, values.imag, color=PALETTE[1], marker=MARKERS[3], s=45, zorder=3)
        reach = max(1.25, 1.15 * float(np.abs(values).max()))
        above.set(title=title, xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="real part")
        below.plot(*s.T, color=PALETTE[0], marker=MARKERS[0], markersize=3.5, linewidth=1.0)
        below.plot(*s[0], color=PALETTE[6], marker=MARKERS[1], markersize=7, linestyle="none")
        below.set(xlabel="first number of the state")
    axes[0, 0].set_ylabel("imaginary part")
    axes[1, 0].set_ylabel("second number")
    return figure


@styled
def sizes(
    charts: Mapping[str, Mapping[str, Sequence[float]]], xlabel: str, ylabel: str, first: int = 0
) -> Figure:
    """Sizes step by step on a logarithmic axis, charts side by side; the dotted line is at 1, zeros are left out.

    Args:
        charts: title of a chart -> label of a line -> one size for each step.
        first: number of the first step.
    """
    given.several("charts", charts)
    figure, axes = panels(1, len(charts), size=(4.6, 3.4), sharey=True)
    for frame, (title, lines) in zip(axes[0], charts.items(), strict=True):
        given.several(f"charts[{title!r}]", lines)
        for number, (label, line) in enumerate(lines.items()):
            values = given.numbers(f"charts[{title!r}][{label!r}]", line, "T").astype(np.float64)
            style = number % len(PALETTE)
            frame.plot(
                first + np.arange(len(values)),
                np.where(values > 0, values, np.nan),
                label=label,
                color=PALETTE[style],
                linestyle=LINES[style],
                marker=MARKERS[style],
                markevery=max(1, len(values) // 8),
            )
        frame.axhline(1, color=PALETTE[6], linestyle=":", linewidth=1.0)
        frame.set(yscale="log", xlabel=xlabel, title=title)
        frame.legend()
    axes[0, 0].set_ylabel(ylabel)
    return figure

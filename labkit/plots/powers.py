"""Errors that shrink as a power of a step: straight lines on two logarithmic axes.

powers.against(steps, {"float64": {"forward": errors}}, "step h", "error", guides={"slope 1": 1})
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled


@styled
def against(
    steps: Sequence[float],
    charts: Mapping[str, Mapping[str, Sequence[float]]],
    xlabel: str,
    ylabel: str,
    guides: Mapping[str, float] | None = None,
) -> Figure:
    """Charts side by side on the same two logarithmic axes; an error of 0 has no place there and is left out.

    Args:
        steps: M positive numbers.
        charts: title of a chart -> label of a line -> one error per step.
        guides: label -> slope of a thin line to compare with, drawn through the largest error of the largest step.
    """
    given.several("charts", charts)
    if np.any(given.numbers("steps", steps, "M") <= 0):
        raise ValueError(f"steps must be positive, because their axis is logarithmic; they have {min(steps)}")
    figure, axes = panels(1, len(charts), size=(4.8, 3.6), sharey=True)
    places = np.asarray(steps, dtype=np.float64)
    for frame, (title, lines) in zip(axes[0], charts.items(), strict=True):
        given.several(f"charts[{title!r}]", lines)
        largest = 0.0
        for number, (label, errors) in enumerate(lines.items()):
            values = np.abs(given.numbers(f"charts[{title!r}][{label!r}]", errors, len(places))).astype(float)
            largest = max(largest, float(values[np.argmax(places)]))
            style = number % len(PALETTE)
            frame.loglog(
                places,
                np.where(values > 0, values, np.nan),
                label=label,
                color=PALETTE[style],
                linestyle=LINES[style],
                marker=MARKERS[style],
                markersize=3.5,
            )
        for line, (label, slope) in zip(LINES[2:], (guides or {}).items(), strict=False):
            reference = largest * (places / places.max()) ** slope
            frame.loglog(
                places, reference, color=PALETTE[6], linewidth=0.8, linestyle=line, label=label, zorder=1
            )
        frame.set(xlabel=xlabel, title=title)
        frame.legend()
    axes[0, 0].set_ylabel(ylabel)
    return figure

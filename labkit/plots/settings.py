"""Results against a setting on a logarithmic axis, in several charts side by side.

settings.against([1e-4, 1e-2, 1], {"accuracy": {"plain": [0.1, 0.3, 0.2]}, "loss": {"plain": [2.3, 1.1, 9.0]}}, "weight scale")
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled


@styled
def against(
    settings: Sequence[float],
    charts: Mapping[str, Mapping[str, Sequence[float]]],
    xlabel: str,
    tops: Mapping[str, float] | None = None,
) -> Figure:
    """Charts side by side, each with a line for every name; one legend for all.

    Args:
        settings: positive numbers, such as learning rates or scales.
        charts: title of a chart -> name of a line -> one number per setting. The names are the same in all.
        xlabel: what the settings are.
        tops: title of a chart -> upper end of its axis; larger numbers, and infinite ones, are drawn there.
    """
    given.several("charts", charts)
    figure, axes = panels(1, len(charts), size=(3.5, 3.0))
    for frame, (title, lines) in zip(axes[0], charts.items(), strict=True):
        top = (tops or {}).get(title, np.inf)
        for place, (name, values) in enumerate(lines.items()):
            numbers = np.asarray(values, dtype=np.float64)
            shown = np.where(np.isfinite(numbers), np.minimum(numbers, top), top)
            frame.plot(
                settings,
                np.where(np.isfinite(shown), shown, np.nan),
                label=name,
                color=PALETTE[place % len(PALETTE)],
                linestyle=LINES[place % len(LINES)],
                marker=MARKERS[place % len(MARKERS)],
            )
        frame.set(xscale="log", xlabel=xlabel)
        frame.set_title(title, fontsize=10)
        if len(settings) <= 6:
            frame.set_xticks(settings, [f"{setting:g}" for setting in settings])
            frame.minorticks_off()
    axes[0, -1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure

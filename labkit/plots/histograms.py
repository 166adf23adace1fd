"""Histograms of a deep net's layers, side by side for several starts, and their statistics as lines.

histograms.grid({"std 0.01": [h1, h2, h3], "He": [h1, h2, h3]}, "output of the layer", limits=(-1, 1))
histograms.by_layer({"std 0.01": stds, "He": others}, "standard deviation")
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled


@styled
def grid(
    values: Mapping[str, Sequence[np.ndarray]],
    xlabel: str,
    limits: tuple[float, float],
    layers: Sequence[int] | None = None,
    log: bool = False,
    bins: int = 60,
) -> Figure:
    """A grid of histograms: a row for every start, a column for every layer, the same axis in all of them.

    Args:
        values: name of the start -> one array per layer, of any shape.
        xlabel: what the values are.
        limits: the axis, from and to; values beyond are counted at its ends.
        layers: which layers to show, counted from 1 (all).
        log: a logarithmic axis, for the sizes of the values that are not zero; `limits` must be positive.
        bins: number of bars.
    """
    shown = list(layers or range(1, max(len(arrays) for arrays in values.values()) + 1))
    edges = np.geomspace(*limits, bins + 1) if log else np.linspace(*limits, bins + 1)
    height = 1.15 + 0.5 / len(values)
    figure, axes = panels(len(values), len(shown), size=(9.2 / len(shown), height), sharex=True)
    for row, (name, arrays) in enumerate(values.items()):
        for frame, layer in zip(axes[row], shown, strict=True):
            _histogram(frame, np.asarray(arrays[layer - 1], dtype=np.float64).ravel(), edges, log)
            if row == 0:
                frame.set_title(f"layer {layer}", loc="center", fontsize=10)
        axes[row, 0].set_ylabel(name, fontsize=9)
    figure.supxlabel(xlabel, fontsize=10)
    return figure


def _histogram(frame: Any, entries: np.ndarray, edges: np.ndarray, log: bool) -> None:
    """Bars of equal width on the axis; on a logarithmic one, with a note of how many values are zero."""
    if log:
        sizes = np.abs(entries[entries != 0])
        zero = 1 - sizes.size / max(entries.size, 1)
        entries = sizes
        frame.set_xscale("log")
        lowest, highest = np.ceil(np.log10(edges[0])), np.log10(edges[-1])
        ticks = 10.0 ** np.arange(9 * np.ceil(lowest / 9), highest + 0.1, 9)
        frame.set_xticks(ticks)
        frame.minorticks_off()
        if zero > 0.995:
            frame.text(0.5, 0.45, "all are 0", transform=frame.transAxes, ha="center", fontsize=9)
    counts, _ = np.histogram(np.clip(entries, edges[0], edges[-1]), bins=edges)
    frame.stairs(counts, edges, fill=True, color=PALETTE[0])
    frame.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.08 * max(counts.max(), 1)), yticks=[])
    frame.spines["left"].set_visible(False)
    frame.tick_params(labelsize=8)
    if log:
        frame.axvline(1.0, color=PALETTE[1], linestyle=":", linewidth=1.2)


@styled
def by_layer(
    lines: Mapping[str, Sequence[float]],
    ylabel: str,
    log: bool = True,
    predicted: Mapping[str, Sequence[float]] | None = None,
    title: str = "",
) -> Figure:
    """One number per layer, as a line for every start.

    Args:
        lines: name of the start -> one number for each of the layers 1, 2, ...
        ylabel: what the numbers are.
        log: a logarithmic axis; zeros are left out of it.
        predicted: name of the start -> predicted numbers, drawn as open circles.
    """
    figure, axes = panels(1, 1, size=(6.4, 3.6))
    _lines(axes[0, 0], lines, log, predicted or {})
    axes[0, 0].set(ylabel=ylabel, title=title)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    if predicted:
        handles.append(Line2D([], [], linestyle="", marker="o", mfc="none", color=PALETTE[6]))
        labels.append("predicted")
    axes[0, 0].legend(handles, labels, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def side_by_side(
    charts: Mapping[str, Mapping[str, Sequence[float]]], log: bool = True, title: str = ""
) -> Figure:
    """Several charts as `by_layer` draws them, with one legend for all.

    Args:
        charts: title of a chart -> name of the start -> one number per layer. The starts are the same in all.
    """
    figure, axes = panels(1, len(charts), size=(3.9, 3.2))
    for frame, (name, lines) in zip(axes[0], charts.items(), strict=True):
        _lines(frame, lines, log, {})
        frame.set_title(name, fontsize=10)
    figure.suptitle(title, fontsize=11)
    axes[0, -1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _lines(
    frame: Any,
    lines: Mapping[str, Sequence[float]],
    log: bool,
    predicted: Mapping[str, Sequence[float]],
) -> None:
    """A line with its own colour, dashes and marker for every name, over the layers counted from 1."""
    deepest = 1
    for place, (name, numbers) in enumerate(lines.items()):
        values = np.asarray(numbers, dtype=np.float64)
        layers = np.arange(1, len(values) + 1)
        deepest = max(deepest, len(values))
        look: dict[str, Any] = {
            "color": PALETTE[place % len(PALETTE)],
            "linestyle": LINES[place % len(LINES)],
        }
        if len(values) <= 20:
            look["marker"] = MARKERS[place % len(MARKERS)]
        frame.plot(layers, np.where(values > 0, values, np.nan) if log else values, label=name, **look)
        if name in predicted:
            frame.plot(
                layers, predicted[name], linestyle="", marker="o", markersize=9, mfc="none", color=PALETTE[6]
            )
    if log:
        frame.set_yscale("log")
    step = 1 if deepest <= 12 else 10
    frame.set_xticks([layer for layer in range(1, deepest + 1) if layer % step == 0 or layer == 1])
    frame.set_xlabel("layer")

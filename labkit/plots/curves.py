"""Curves: losses while training, accuracy against a setting, losses against the margin."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from labkit.plots import given
from labkit.plots.style import LINES, MARKERS, PALETTE, panels, styled


def running_mean(values: Sequence[float] | np.ndarray, window: int) -> np.ndarray:
    """Mean of the last `window` values at every place (fewer at the beginning), shape (len(values),)."""
    given.whole("window", window)
    history = given.numbers("values", values, "N").astype(np.float64)
    sums = np.concatenate([[0.0], np.cumsum(history)])
    last = np.arange(1, len(history) + 1)
    first = np.maximum(last - window, 0)
    return (sums[last] - sums[first]) / (last - first)


@styled
def loss_curve(history: Sequence[float], window: int = 50, chance: float | None = None) -> Figure:
    """The loss of every minibatch, and its running mean.

    Args:
        history: one loss per iteration.
        window: number of iterations in the running mean.
        chance: a loss to mark by a dotted line, such as that of guessing.
    """
    given.numbers("history", history, "N")
    figure, axes = panels(1, 1, size=(6.5, 3.2))
    frame = axes[0, 0]
    frame.plot(history, color=PALETTE[0], alpha=0.3, linewidth=0.8, label="each minibatch")
    frame.plot(running_mean(history, window), color=PALETTE[1], label=f"mean of the last {window}")
    if chance is not None:
        frame.axhline(chance, color=PALETTE[6], linestyle=":", linewidth=1.2, label="guessing")
    frame.set(xlabel="iteration", ylabel="loss")
    frame.legend(loc="upper right", bbox_to_anchor=(1.0, 0.92))  # just below where the curve begins
    return figure


@styled
def loss_curves(
    histories: Mapping[str, Sequence[float]], window: int = 25, top: float | None = None, title: str = ""
) -> Figure:
    """Several training runs in one picture, each as a running mean.

    Args:
        histories: label of a run -> its losses.
        window: number of iterations in the running mean.
        top: largest loss that is shown; runs that leave the picture leave it upwards.
    """
    given.several("histories", histories)
    figure, axes = panels(1, 1, size=(7.0, 3.8))
    frame = axes[0, 0]
    lowest = np.inf
    for place, (label, history) in enumerate(histories.items()):
        losses = given.numbers(f"histories[{label!r}]", history, "N").astype(np.float64)
        losses = np.nan_to_num(losses, nan=1e30, posinf=1e30)
        color, line = PALETTE[place % len(PALETTE)], LINES[place % len(LINES)]
        means = running_mean(losses, window)
        frame.plot(means, color=color, linestyle=line, label=label)
        lowest = min(lowest, means.min(initial=np.inf))
    if top is not None:
        frame.set_ylim(top=top, bottom=0.9 * lowest if 0 < lowest < top else 0)
    frame.set(xlabel="iteration", ylabel=f"loss, mean of the last {window}", title=title)
    frame.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def accuracy_against(
    settings: Sequence[float],
    accuracies: Mapping[str, Sequence[float]],
    xlabel: str,
    chance: float | None = None,
) -> Figure:
    """Accuracy against a setting on a logarithmic axis, one line for each set of pictures.

    Args:
        settings: positive numbers, such as learning rates.
        accuracies: name of the set -> one accuracy (0 to 1) per setting.
        xlabel: name of the setting.
        chance: accuracy of guessing, marked by a dotted line.
    """
    given.several("accuracies", accuracies)
    if np.any(given.numbers("settings", settings, "M") <= 0):
        raise ValueError(
            f"settings must be positive, because their axis is logarithmic; they have {min(settings)}"
        )
    figure, axes = panels(1, 1, size=(6.0, 3.4))
    frame = axes[0, 0]
    for place, (name, values) in enumerate(accuracies.items()):
        given.numbers(f"accuracies[{name!r}]", values, len(settings))
        style = place % len(PALETTE)
        look = {"color": PALETTE[style], "marker": MARKERS[style], "linestyle": LINES[style]}
        frame.semilogx(settings, values, label=name, **look)
    if chance is not None:
        frame.axhline(chance, color=PALETTE[6], linestyle=":", linewidth=1.2, label="guessing")
    frame.set(xlabel=xlabel, ylabel="accuracy", ylim=(0, None))
    frame.legend()
    return figure


@styled
def functions(
    x: np.ndarray,
    curves: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    title: str = "",
    marks: Sequence[float] = (),
) -> Figure:
    """Several functions of one variable.

    Args:
        x: (M,) places.
        curves: label -> (M,) values, or a function that gives them.
        marks: places on the x axis to mark by a dotted vertical line.
    """
    given.several("curves", curves)
    given.numbers("x", x, "M")
    figure, axes = panels(1, 1, size=(6.0, 3.6))
    frame = axes[0, 0]
    for place, (label, curve) in enumerate(curves.items()):
        values = curve(x) if callable(curve) else curve
        given.numbers(f"curves[{label!r}]", values, len(x))
        style = place % len(PALETTE)
        frame.plot(x, values, color=PALETTE[style], linestyle=LINES[style], label=label)
    for mark in marks:
        frame.axvline(mark, color=PALETTE[6], linestyle=":", linewidth=1.0)
    frame.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if np.issubdtype(np.asarray(x).dtype, np.integer):
        frame.xaxis.set_major_locator(MaxNLocator(integer=True))
    frame.legend()
    return figure


@styled
def four_loss_curves(seed: int = 3, num_iters: int = 400) -> Figure:
    """Four typical loss curves to recognise, named A to D only; the dotted line is the loss of guessing."""
    rng = np.random.default_rng(seed)
    t = np.arange(num_iters)
    start = np.log(10)
    shapes = {
        "A": (start - 0.35 * t / num_iters, 0.02),
        "B": (start + 0.05 * np.expm1(t / 55), 0.08),
        "C": (1.0 + (start - 1.0) * np.exp(-t / 70), 0.04),
        "D": (1.85 + (start - 1.85) * np.exp(-t / 7), 0.09),
    }
    figure, axes = panels(1, 4, size=(2.6, 2.6), sharey=True)
    for frame, (letter, (curve, noise)) in zip(axes[0], shapes.items(), strict=True):
        frame.plot(t, curve + noise * rng.standard_normal(num_iters), color=PALETTE[0], linewidth=1.0)
        frame.axhline(start, color=PALETTE[6], linestyle=":", linewidth=1.0)
        frame.set(title=letter, xlabel="iteration", ylim=(0, 6), xlim=(0, num_iters))
    axes[0, 0].set_ylabel("loss")
    return figure


@styled
def bars(panels_of: Mapping[str, Sequence[float]], names: Sequence[str], ylabel: str) -> Figure:
    """Small bar charts side by side over the same names.

    Args:
        panels_of: title of a chart -> one height per name.
    """
    given.several("panels_of", panels_of)
    figure, axes = panels(1, len(panels_of), size=(max(3.0, 0.42 * len(names)), 2.8), sharey=True)
    for frame, (title, heights) in zip(axes[0], panels_of.items(), strict=True):
        given.numbers(f"panels_of[{title!r}]", heights, len(names))
        colors = [PALETTE[0] if height >= 0 else PALETTE[1] for height in heights]
        frame.bar(range(len(names)), heights, color=colors)
        frame.axhline(0, color=PALETTE[6], linewidth=0.8)
        frame.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
        frame.set_title(title)
        frame.grid(visible=False, axis="x")
    axes[0, 0].set_ylabel(ylabel)
    return figure

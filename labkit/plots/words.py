"""Pictures for words: who was taken for whom, and where word vectors lie in a plane."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import MARKERS, PALETTE, panels, styled

_SIDES = {"right": (6, 0, "left", "center"), "left": (-6, 0, "right", "center")}
_SIDES |= {"above": (0, 5, "center", "bottom"), "below": (0, -5, "center", "top")}


@styled
def confusion(tables: Mapping[str, np.ndarray], names: Sequence[str]) -> Figure:
    """Confusion matrices side by side: counts as numbers, the share of the true class as colour.

    Args:
        tables: title -> counts (C, C), true class down, predicted class across.
        names: of the C classes.
    """
    given.several("tables", tables)
    given.names("names", names, len(names))
    size = 1.2 + 0.62 * len(names)
    figure, axes = panels(1, len(tables), size=(size + 0.4, size), sharey=True)
    for frame, (title, table) in zip(axes[0], tables.items(), strict=True):
        counts = given.numbers(f"tables[{title!r}]", table, len(names), len(names))
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        image = frame.imshow(shares, vmin=0, vmax=1)
        for place, count in np.ndenumerate(counts):
            ink = "black" if shares[place] > 0.5 else "white"
            frame.text(place[1], place[0], f"{count:,}", ha="center", va="center", color=ink, fontsize=9)
        frame.set_xticks(range(len(names)), names)
        frame.set_yticks(range(len(names)), names)
        frame.set(xlabel="predicted", title=title)
        frame.grid(visible=False)
    axes[0, 0].set_ylabel("true")
    figure.colorbar(image, ax=list(axes[0]), label="share of the true class")
    return figure


@styled
def plane(groups: Mapping[str, Mapping[str, Sequence[float]]], title: str = "") -> Figure:
    """Words as points in a plane, each with its name, every group with a marker of its own.

    Args:
        groups: name of a group -> word -> its two coordinates.
    """
    given.several("groups", groups)
    figure, axes = panels(1, 1, size=(8.0, 6.0))
    frame, every = axes[0, 0], []
    for number, (group, words) in enumerate(groups.items()):
        if not words:
            continue
        points = given.numbers(f"groups[{group!r}]", list(words.values()), len(words), 2).astype(float)
        look = {"marker": MARKERS[number % len(MARKERS)], "color": PALETTE[number % len(PALETTE)]}
        frame.scatter(*points.T, s=34, label=group, edgecolor="white", linewidth=0.5, **look)
        every += list(zip(words, points, strict=True))
    for word, side, point in _apart(every):
        x, y, ha, va = _SIDES[side]
        frame.annotate(word, point, (x, y), textcoords="offset points", ha=ha, va=va, fontsize=8)
    frame.margins(0.09)
    frame.set(title=title, xlabel="first direction", ylabel="second direction")
    frame.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _apart(words: Sequence[tuple[str, np.ndarray]]) -> list[tuple[str, str, np.ndarray]]:
    """For every word the side of its point on which its name is written: the one with the most room, in turn."""
    points = np.array([point for _, point in words])
    extent = np.maximum(np.ptp(points, axis=0), 1e-12)
    taken = [*(points / extent)]
    placed = []
    for word, point in words:
        spot, reach = point / extent, 0.012 + 0.0055 * len(word)
        middles = {
            "right": (reach, 0.0),
            "left": (-reach, 0.0),
            "above": (0.0, 0.025),
            "below": (0.0, -0.025),
        }
        room = {}
        for side, middle in middles.items():
            gaps = np.abs(np.array(taken) - spot - middle) @ [1.0, 3.0]  # words are wide and low
            room[side] = float(np.sort(gaps)[:2].sum())
        side = max(room, key=room.__getitem__)
        taken.append(spot + middles[side])
        placed.append((word, side, point))
    return placed

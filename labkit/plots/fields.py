"""Receptive fields, seen from the side: rows of a network's layers, and what the topmost number depends on."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from labkit.plots import given
from labkit.plots.style import PALETTE, panels, styled

Layers = Sequence[tuple[int, int]]


def levels(layers: Layers) -> list[list[float]]:
    """Centres of the numbers that one output depends on, in pixels: first those of the pixels, last its own.

    Args:
        layers: (field, stride) of each layer, in the order in which a picture goes through them.
    """
    places, indices = [{0}], {0}
    for field, stride in reversed(layers):
        indices = {stride * index + offset for index in indices for offset in range(field)}
        places.append(indices)
    apart, first, centres = 1, 0.0, []
    for level, found in enumerate(reversed(places)):
        if level:
            field, stride = layers[level - 1]
            first, apart = first + (field - 1) / 2 * apart, apart * stride
        centres.append([first + apart * index for index in sorted(found)])
    return centres


@styled
def receptive_fields(stacks: Mapping[str, Layers]) -> Figure:
    """A panel for each stack of layers: filled dots are what the topmost number depends on, lines say through what.

    Args:
        stacks: for each name a list of (field, stride), from the pixels upwards.
    """
    given.several("stacks", stacks)
    widest = max(len(levels(layers)[0]) for layers in stacks.values())
    figure, axes = panels(1, len(stacks), size=(max(3.2, 0.36 * widest), 3.2))
    for frame, (name, layers) in zip(axes[0], stacks.items(), strict=True):
        _stack(frame, layers)
        frame.set_title(name)
    return figure


def _stack(frame: Any, layers: Layers) -> None:
    found = levels(layers)
    for level, (field, _) in enumerate(layers, start=1):
        below, apart = found[level - 1], _spacing(layers[: level - 1])
        for centre in found[level]:
            reach = (field - 1) / 2 * apart
            seen = [place for place in below if abs(place - centre) <= reach + 1e-9]
            for place in seen:
                frame.plot([place, centre], [level - 1, level], color="#9A9A9A", linewidth=0.9, zorder=1)
    for level, places in enumerate(found):
        color = PALETTE[0] if level in (0, len(layers)) else "white"
        frame.scatter(places, [level] * len(places), s=62, color=color, edgecolors=PALETTE[0], zorder=2)
    names = [f"layer {level}: {field}, stride {stride}" for level, (field, stride) in enumerate(layers, 1)]
    frame.set_yticks(range(len(found)), ["pixels", *names], fontsize=8)
    frame.tick_params(length=0)
    frame.set(xticks=[], xlabel=f"{len(found[0])} pixels along one side", ylim=(-0.5, len(layers) + 0.5))
    frame.grid(visible=False)
    for spine in frame.spines.values():
        spine.set_visible(False)


def _spacing(layers: Layers) -> int:
    """How many pixels apart two neighbours are after these layers."""
    apart = 1
    for _, stride in layers:
        apart *= stride
    return apart

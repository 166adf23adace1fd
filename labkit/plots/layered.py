"""Places for the nodes of a directed acyclic graph: columns from left to right, few crossings, straight wires.

The method of Sugiyama, Tagawa and Toda (1981) in small: layers by the longest path, an order within each layer by
the mean place of the neighbours, and heights that pull neighbours together without letting them overlap. A wire
that passes a layer gets a place in it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

Spot = tuple[str, int]  # a node's name and a layer: the node itself, or where its wire passes that layer
PASSING = (0.2, 0.2)  # room above and below a passing wire
SWEEPS = 12  # in search of fewer crossings
PULLS = 100  # until the heights have settled; the last pull, to the left only, makes chains level


@dataclass(frozen=True)
class Plan:
    """Where everything stands.

    Attributes:
        count: number of layers.
        layer, height: of every node, by its name.
        extent: bottom and top of the picture.
    """

    count: int
    layer: Mapping[str, int]
    height: Mapping[str, float]
    extent: tuple[float, float]
    inputs: Mapping[str, Sequence[str]]
    heights: Mapping[Spot, float] = field(repr=False)

    def route(self, source: str, target: str) -> list[tuple[int, float]]:
        """The layers that a wire passes between its ends, with its height there."""
        between = range(self.layer[source] + 1, self.layer[target])
        return [(layer, self.heights[source, layer]) for layer in between]

    def before(self, target: str) -> list[float]:
        """The height from which each of a node's wires comes."""
        last = self.layer[target] - 1
        return [self.heights[source, last] for source in self.inputs[target]]

    def ports(self, target: str) -> list[float]:
        """Where each of a node's wires arrives, relative to the node's middle: several never at one place."""
        came = self.before(target)
        if len(came) < 2:
            return [0.0] * len(came)
        order = sorted(range(len(came)), key=lambda place: (-came[place], place))
        spread = np.linspace(0.15, -0.15, len(came))
        ports = [0.0] * len(came)
        for rank, place in enumerate(order):
            ports[place] = float(spread[rank])
        return ports

    def steepness(self, layer: int) -> float:
        """The largest difference in height that a wire overcomes just before this layer."""
        steps = [
            abs(h - self.height[name])
            for name in self.layer
            if self.layer[name] == layer
            for h in self.before(name)
        ]
        passing = [
            abs(height - self.heights[name, layer - 1])
            for (name, at), height in self.heights.items()
            if at == layer and self.layer[name] < layer
        ]
        return max(steps + passing, default=0.0)


def plan(inputs: Mapping[str, Sequence[str]], room: Mapping[str, tuple[float, float]]) -> Plan:
    """Place a graph.

    Args:
        inputs: name of a node -> names of the nodes that its wires come from.
        room: name -> the room that it needs above and below its middle.

    Raises:
        ValueError: the graph has a cycle.
    """
    layer = _layers(inputs)
    count = max(layer.values()) + 1
    last = dict(layer)  # how far each node's wire reaches
    for name, sources in inputs.items():
        for source in sources:
            last[source] = max(last[source], layer[name] - 1)
    rows: list[list[Spot]] = [[] for _ in range(count)]
    for name in _visit(inputs):
        for at in range(layer[name], last[name] + 1):
            rows[at].append((name, at))
    links = [((name, at - 1), (name, at)) for name in inputs for at in range(layer[name] + 1, last[name] + 1)]
    links += [((one, layer[name] - 1), (name, layer[name])) for name in inputs for one in inputs[name]]
    rows = _untangle(rows, links)
    needs = {spot: room[spot[0]] if layer[spot[0]] == spot[1] else PASSING for row in rows for spot in row}
    heights = _heights(rows, links, needs)
    bottom = min(heights[spot] - needs[spot][1] for spot in heights)
    top = max(heights[spot] + needs[spot][0] for spot in heights)
    return Plan(count, layer, {n: heights[n, layer[n]] for n in inputs}, (bottom, top), inputs, heights)


def _layers(inputs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Longest path from the inputs; an input itself stands just before its first use."""
    layer: dict[str, int] = {}
    left = dict(inputs)
    while left:
        ready = [name for name, sources in left.items() if all(source in layer for source in sources)]
        if not ready:
            raise ValueError(f"the graph has a cycle through {', '.join(sorted(left))}")
        for name in ready:
            layer[name] = 1 + max((layer[source] for source in left.pop(name)), default=-1)
    for name, sources in inputs.items():
        uses = [layer[other] for other, its in inputs.items() if name in its]
        if not sources and uses:
            layer[name] = min(uses) - 1
    return layer


def _visit(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """All names, each after its inputs, these in their order: the first input of an operation comes to lie above."""
    used = {source for sources in inputs.values() for source in sources}
    order: dict[str, None] = {}
    stack = [(name, False) for name in reversed(list(inputs)) if name not in used]
    while stack:
        name, done = stack.pop()
        if done:
            order[name] = None
        elif name not in order:
            stack.append((name, True))
            stack.extend((source, False) for source in reversed(inputs[name]))
    return list(order)


def _neighbours(links: Sequence[tuple[Spot, Spot]]) -> tuple[dict[Spot, list[Spot]], dict[Spot, list[Spot]]]:
    before: dict[Spot, list[Spot]] = {}
    after: dict[Spot, list[Spot]] = {}
    for one, other in links:
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    return before, after


def _untangle(rows: list[list[Spot]], links: Sequence[tuple[Spot, Spot]]) -> list[list[Spot]]:
    """The order within each layer that has the fewest crossings among those that sweeping comes across."""
    before, after = _neighbours(links)
    best, fewest = rows, _crossings(rows, links)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rows = [list(row) for row in rows]
        forward = sweep % 2 == 0
        near = before if forward else after
        for at in range(len(rows)) if forward else reversed(range(len(rows))):
            place = {spot: rank for row in rows for rank, spot in enumerate(row)}
            means = {
                s: float(np.mean([place[o] for o in near[s]])) if near.get(s) else place[s] for s in rows[at]
            }
            rows[at].sort(key=means.__getitem__)
        if (crossings := _crossings(rows, links)) < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(rows: Sequence[Sequence[Spot]], links: Sequence[tuple[Spot, Spot]]) -> int:
    place = {spot: rank for row in rows for rank, spot in enumerate(row)}
    ends = [(one[1], place[one], place[other]) for one, other in links]
    return sum(
        a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0 for i, a in enumerate(ends) for b in ends[:i]
    )


def _heights(
    rows: Sequence[Sequence[Spot]],
    links: Sequence[tuple[Spot, Spot]],
    needs: Mapping[Spot, tuple[float, float]],
) -> dict[Spot, float]:
    before, after = _neighbours(links)
    heights: dict[Spot, float] = {}
    for row in rows:
        heights.update(_apart(row, dict.fromkeys(row, 0.0), needs))
    for sweep in range(PULLS + 1):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wished = {}
            for spot in row:
                came = before.get(spot, [])
                near = came if sweep == PULLS and came else came + after.get(spot, [])
                wished[spot] = float(np.mean([heights[one] for one in near])) if near else heights[spot]
            heights.update(_apart(row, wished, needs))
    return heights


def _apart(
    row: Sequence[Spot], wished: Mapping[Spot, float], needs: Mapping[Spot, tuple[float, float]]
) -> dict[Spot, float]:
    """The heights nearest to the wished ones at which nothing overlaps, the first spot on top (least squares)."""
    offset, offsets = 0.0, [0.0]
    for upper, lower in pairwise(row):
        offset += needs[upper][1] + needs[lower][0]
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []  # pooled neighbours: their mean and how many
    for spot, down in zip(row, offsets, strict=True):
        mean, count = wished[spot] + down, 1
        while blocks and blocks[-1][0] < mean:
            other, many = blocks.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        blocks.append((mean, count))
    flat = [mean for mean, count in blocks for _ in range(count)]
    return {spot: mean - down for spot, mean, down in zip(row, flat, offsets, strict=True)}

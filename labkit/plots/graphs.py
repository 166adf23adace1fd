"""Computational graphs as pictures: every wire has its forward value above and its gradient below.

    nodes = {"x": (), "y": (), "z": (), "q": ("+", "x", "y"), "f": ("×", "q", "z")}
    graph(nodes, {"x": -2, "y": 5, "z": -4, "q": 3, "f": -12}, {"f": 1, "q": -4, "z": 3, "x": -4, "y": -4})
    recorded(loss)  # the graph that an autograd engine has recorded behind a tensor

Data flow from left to right. Inputs are grey boxes, operations white ones. Where a wire forks, the gradients of
its branches add up to the one that stands before the fork.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from labkit.plots import given, layered
from labkit.plots.style import PALETTE, panels, styled

MOST = 60  # nodes; a larger graph is no picture any more
SYMBOLS = {
    "Add": "+", "Subtract": "−", "Multiply": "×", "Divide": "÷", "Negate": "× (−1)", "MatMul": "@",
    "Power": "power", "ReLU": "relu",
}  # fmt: skip
VALUE, GRADIENT, WIRE = PALETTE[0], PALETTE[1], "#444444"
INCH = 0.62  # inches per unit of the drawing
LETTER, LINE = 0.128, 0.27  # width of a letter and height of a line, in units
FONT = 9.5
RADIUS = 0.27


@dataclass(frozen=True)
class Node:
    """One box of the picture and the wire that leaves it."""

    operation: str = ""  # empty for an input
    inputs: tuple[str, ...] = ()
    shown: str = ""  # the name in the picture; may be empty
    value: Any = None
    gradient: Any = None
    parts: tuple[Any, ...] = ()  # the gradient that goes back along each of the inputs, or nothing
    constant: bool = False

    @property
    def text(self) -> str:
        """What stands in the box: the operation, the input's name, or a constant's value."""
        return self.operation or self.shown or (written(self.value) if self.constant else "")

    @property
    def above(self) -> str:
        """What stands above the wire."""
        value = written(self.value)
        if not self.operation or not self.shown:
            return "" if value == self.text else value
        joint = "\n" if "\n" in value else " "
        return f"{self.shown} ={joint}{value}" if value else self.shown


@styled
def graph(
    nodes: Mapping[str, Sequence[str]],
    values: Mapping[str, Any] | None = None,
    gradients: Mapping[Any, Any] | None = None,
    title: str = "",
) -> Figure:
    """A graph that is described by hand.

    Args:
        nodes: name of a result -> its operation and the names of its operands, such as `("×", "q", "z")`, or `()`
            for an input. A name that begins with "_" is not shown.
        values: name -> number or array.
        gradients: name -> number or array; with a pair of names `(operand, result)` as the key, the gradient that
            arrives along this branch alone.
        title: stands above the picture.
    """
    given.several("nodes", nodes)
    values, gradients = values or {}, gradients or {}
    drawn = {}
    for name, entry in nodes.items():
        operation, *inputs = entry or ("",)
        for one in inputs:
            if one not in nodes:
                raise ValueError(f"nodes[{name!r}] has the input {one!r}, which is not in nodes")
        drawn[name] = Node(
            operation,
            tuple(inputs),
            "" if name.startswith("_") else name,
            values.get(name),
            gradients.get(name),
            tuple(gradients.get((one, name)) for one in inputs),
        )
    return _draw(drawn, title)


@styled
def recorded(tensor: Any, title: str = "") -> Figure:
    """The graph that was recorded behind a tensor, with gradients where `backward()` has left some.

    Args:
        tensor: the result, with the attributes `data`, `grad`, `parents`, `function`, `requires_grad` and `name`.
        title: stands above the picture.
    """
    found = _behind(tensor)
    names = {id(one): f"node {place}" for place, one in enumerate(found)}
    nodes = {}
    for one in found:
        operation = getattr(one.function, "__name__", "") if one.function else ""
        nodes[names[id(one)]] = Node(
            SYMBOLS.get(operation, operation.lower()),
            tuple(names[id(parent)] for parent in one.parents),
            getattr(one, "name", "") or "",
            one.data,
            one.grad,
            _branches(one),
            constant=not one.requires_grad,
        )
    return _draw(nodes, title)


def written(value: Any) -> str:
    """A number with three digits, a small array row by row, of a larger one only its shape; None is empty."""
    if value is None:
        return ""
    array = np.asarray(value)
    if array.ndim > 2 or array.size > 4:
        return str(array.shape)
    if array.ndim == 0:
        return _number(float(array))
    rows = array.reshape(1, -1) if array.ndim == 1 else array
    return "\n".join(f"[{'  '.join(_number(float(entry)) for entry in row)}]" for row in rows)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−") if abs(value) > 1e-12 else "0"  # smaller ones are rounding


def _behind(tensor: Any) -> list[Any]:
    """All tensors that this one was computed from, and itself, inputs first."""
    order: list[Any] = []
    seen: set[int] = set()
    stack = [(tensor, False)]
    while stack:
        one, ready = stack.pop()
        if ready:
            order.append(one)
        elif id(one) not in seen:
            seen.add(id(one))
            stack.append((one, True))
            stack.extend((parent, False) for parent in reversed(one.parents))
        if len(seen) > MOST:
            raise ValueError(f"the graph has more than {MOST} nodes; draw a smaller one")
    return order


def _branches(tensor: Any) -> tuple[Any, ...]:
    """What the tensor's operation sends back to each of its parents."""
    if tensor.grad is None or not tensor.parents or not hasattr(tensor, "downstream"):
        return ()
    sent = iter(tensor.downstream(tensor.grad))
    return tuple(next(sent, (None, None))[1] if parent.requires_grad else None for parent in tensor.parents)


def _width(text: str) -> float:
    return LETTER * max((len(line) for line in text.split("\n")), default=0)


def _half(node: Node) -> float:
    """Half the width of a node's box."""
    return max(RADIUS, 0.14 + _width(node.text) / 2)


def _height(text: str) -> float:
    return LINE * (text.count("\n") + 1) if text else 0.0


def _room(node: Node, uses: Mapping[str, int]) -> tuple[float, float]:
    """The room above and below a node's middle that it and the numbers at its wires take."""
    part = max((_height(written(part)) + 0.3 for part in _shown_parts(node, uses)), default=0.0)
    above, below = _height(node.above), _height(written(node.gradient))
    return max(0.42, 0.12 + above, part), max(0.42, 0.12 + below, part)


def _draw(nodes: Mapping[str, Node], title: str) -> Figure:
    if len(nodes) > MOST:
        raise ValueError(f"the graph has {len(nodes)} nodes; at most {MOST} can be drawn")
    uses = {name: sum(node.inputs.count(name) for node in nodes.values()) for name in nodes}
    plan = layered.plan(
        {name: node.inputs for name, node in nodes.items()},
        {name: _room(node, uses) for name, node in nodes.items()},
    )
    columns = _columns(nodes, plan, uses)
    bottom, top = plan.extent
    right = columns[-1].leave + 0.1
    shift = 0.5 if title else 0.1
    width = max((right + 0.4) * INCH, 4.6, 0.085 * len(title))
    margin = (width / INCH - right - 0.4) / 2
    figure, axes = panels(1, 1, size=(width, (top - bottom + 0.5 + shift) * INCH))
    figure.set_layout_engine("none")
    axes[0, 0].set_position((0, 0, 1, 1))
    frame = axes[0, 0]
    frame.set(xlim=(-0.4 - margin, right + margin), ylim=(bottom - 0.5, top + shift))
    frame.set_aspect("equal")
    frame.axis("off")
    for target, node in nodes.items():
        _wires(frame, nodes, plan, columns, uses, target, node)
    for name, node in nodes.items():
        _box(frame, node, columns[plan.layer[name]], plan.height[name])
    _legend(frame, bottom - 0.3, (right - 0.4) / 2)
    if title:
        frame.text((right - 0.4) / 2, top + 0.2, title, ha="center", va="bottom", fontsize=11)
    return figure


@dataclass(frozen=True)
class Column:
    """Where the wires of a layer arrive, where its boxes stand, and where their own wires end or fork."""

    arrive: float
    middle: float
    half: float
    leave: float


def _columns(nodes: Mapping[str, Node], plan: layered.Plan, uses: Mapping[str, int]) -> list[Column]:
    columns: list[Column] = []
    start = 0.0
    for layer in range(plan.count):
        here = [node for name, node in nodes.items() if plan.layer[name] == layer]
        half = max((_half(node) for node in here), default=0.0)
        label = max(max(_width(node.above), _width(written(node.gradient))) for node in here)
        parts = [_width(written(part)) for node in here for part in _shown_parts(node, uses)]
        arrive = start + (0.45 + 0.16 * plan.steepness(layer) if layer else 0.0)
        middle = arrive + (max(parts) + 0.2 if parts else 0.0) + (0.25 if layer else 0.0) + half
        leave = middle + half + label + 0.24
        columns.append(Column(arrive, middle, half, leave))
        start = leave
    return columns


def _shown_parts(node: Node, uses: Mapping[str, int]) -> list[Any]:
    """The gradients of single branches, where an operand's wire forks."""
    return [
        part
        for name, part in zip(node.inputs, node.parts, strict=False)
        if part is not None and uses[name] > 1
    ]


def _box(frame: Any, node: Node, column: Column, y: float) -> None:
    half = _half(node)
    left = column.middle - half
    frame.add_patch(
        FancyBboxPatch(
            (left + 0.1, y - RADIUS + 0.1), 2 * half - 0.2, 2 * RADIUS - 0.2,
            boxstyle=f"round,pad=0.1,rounding_size={0.27 if node.operation else 0.08}",
            facecolor="white" if node.operation else "#E9E9E9", edgecolor="black",
            linewidth=1.1, linestyle=(0, (3, 2)) if node.constant else "-", zorder=3,
        )
    )  # fmt: skip
    frame.text(
        column.middle, y - 0.01, node.text, ha="center", va="center_baseline", fontsize=FONT + 0.5, zorder=4
    )
    frame.plot([column.middle + half, column.leave], [y, y], color=WIRE, linewidth=1.1, zorder=1)
    centre = (column.middle + half + column.leave) / 2
    _label(frame, centre, y + 0.06, node.above, VALUE, "bottom")
    _label(frame, centre, y - 0.09, written(node.gradient), GRADIENT, "top")


def _label(frame: Any, x: float, y: float, text: str, color: str, side: str) -> None:
    weight = "bold" if color == GRADIENT else "normal"
    frame.text(
        x,
        y,
        text,
        color=color,
        ha="center",
        va=side,
        fontsize=FONT,
        weight=weight,
        linespacing=1.15,
        zorder=4,
    )


def _wires(
    frame: Any,
    nodes: Mapping[str, Node],
    plan: layered.Plan,
    columns: Sequence[Column],
    uses: Mapping[str, int],
    target: str,
    node: Node,
) -> None:
    """The wires that end at one node."""
    column, y = columns[plan.layer[target]], plan.height[target]
    ports = plan.ports(target)
    for place, source in enumerate(node.inputs):
        bends = [
            (columns[layer].arrive, columns[layer].leave, at) for layer, at in plan.route(source, target)
        ]
        port = y + ports[place]
        points = [(columns[plan.layer[source]].leave, plan.height[source])]
        for arrive, leave, at in bends:
            points += [(arrive, at), (leave, at)]
        points += [(column.arrive, port)]
        edge = column.middle - _half(node)
        frame.add_patch(PathPatch(_smooth(points), fill=False, color=WIRE, linewidth=1.1, zorder=1))
        inside = edge + (0.06 if ports[place] else 0.0)
        frame.plot([column.arrive, inside], [port, port], color=WIRE, linewidth=1.1, zorder=1)
        frame.plot(
            inside - 0.06, port, marker=">", color=WIRE, markersize=4, zorder=2, markeredgewidth=0
        )  # which way the data go
        if uses[source] > 1:
            frame.plot(*points[0], marker="o", color=WIRE, markersize=3.5, zorder=2)
            part = node.parts[place] if place < len(node.parts) else None
            middle = (column.arrive + edge - 0.15) / 2
            below = ports[place] <= 0
            _label(
                frame,
                middle,
                port - 0.09 if below else port + 0.06,
                written(part),
                GRADIENT,
                "top" if below else "bottom",
            )


def _smooth(points: Sequence[tuple[float, float]]) -> Path:
    """A curve through the points: bends between pairs of them, level at each."""
    corners: list[tuple[float, float]] = [points[0]]
    codes: list[Any] = [Path.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        corners += [(middle, y0), (middle, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    return Path(corners, codes)


def _legend(frame: Any, y: float, middle: float) -> None:
    frame.text(middle - 0.15, y, "above: value", color=VALUE, ha="right", va="center", fontsize=8.5)
    frame.text(
        middle + 0.15,
        y,
        "below: gradient",
        color=GRADIENT,
        ha="left",
        va="center",
        fontsize=8.5,
        weight="bold",
    )

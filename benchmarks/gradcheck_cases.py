"""Layers with right and wrong backward passes, on inputs that are hard for one gradient checker or another.

A backward function gets the upstream gradient and the forward function's inputs, and returns a gradient for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Forward = Callable[..., Any]
Backward = Callable[..., tuple[Any, ...]]
EPS, REG = 1e-5, 0.1


@dataclass(frozen=True)
class Case:
    """A layer on some inputs. `right` says whether `backward` is the gradient of `forward`."""

    name: str
    forward: Forward
    backward: Backward
    inputs: dict[str, Array]
    right: bool


def affine(x: Array, w: Array, b: Array) -> Array:
    return x @ w + b


def affine_back(dout: Array, x: Array, w: Array, b: Array) -> tuple[Array, ...]:
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def relu_back(dout: Array, x: Array) -> tuple[Array, ...]:
    return (dout * (x > 0),)


def largest(x: Array) -> Array:
    return x.max(axis=1)


def largest_back(dout: Array, x: Array) -> tuple[Array, ...]:
    dx = np.zeros_like(x)
    dx[np.arange(len(x)), x.argmax(axis=1)] = dout
    return (dx,)


def _normalized(x: Array) -> tuple[Array, Array]:
    scale = 1 / np.sqrt(x.var(axis=0) + x.dtype.type(EPS))
    return (x - x.mean(axis=0)) * scale, scale


def batchnorm(x: Array, gamma: Array, beta: Array) -> Array:
    return gamma * _normalized(x)[0] + beta


def batchnorm_back(dout: Array, x: Array, gamma: Array, beta: Array) -> tuple[Array, ...]:
    z, scale = _normalized(x)
    inner = dout * gamma
    dx = scale * (inner - inner.mean(axis=0) - z * (inner * z).mean(axis=0))
    return dx, (dout * z).sum(axis=0), dout.sum(axis=0)


def _softmax(y: Array) -> tuple[Forward, Backward]:
    """Mean cross-entropy plus ½·REG·‖W‖², of labels y, with its backward function."""

    def probabilities(X: Array, W: Array, b: Array) -> Array:
        scores = X @ W + b
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def forward(X: Array, W: Array, b: Array) -> Any:
        scores = X @ W + b
        top = scores.max(axis=1)
        logs = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        return (logs - scores[np.arange(len(y)), y]).mean() + W.dtype.type(REG / 2) * (W * W).sum()

    def backward(dout: Array, X: Array, W: Array, b: Array) -> tuple[Array, ...]:
        p = probabilities(X, W, b)
        p[np.arange(len(y)), y] -= 1
        p *= dout / W.dtype.type(len(y))
        return p @ W.T, X.T @ p + dout * W.dtype.type(REG) * W, p.sum(axis=0)

    return forward, backward


def _affine_inputs(rng: np.random.Generator, n: int = 5, d: int = 6, m: int = 4) -> dict[str, Array]:
    return {"x": rng.standard_normal((n, d)), "w": rng.standard_normal((d, m)), "b": rng.standard_normal(m)}


def _batch(rng: np.random.Generator, n: int = 8, d: int = 3, spread: float = 1.0) -> dict[str, Array]:
    x = spread * rng.standard_normal((n, d))
    return {"x": x, "gamma": rng.standard_normal(d), "beta": rng.standard_normal(d)}


def _scores(rng: np.random.Generator, size: float = 1.0) -> dict[str, Array]:
    return {
        "X": rng.standard_normal((6, 7)),
        "W": size * rng.standard_normal((7, 4)),
        "b": rng.standard_normal(4),
    }


def _single(inputs: dict[str, Array]) -> dict[str, Array]:
    return {name: array.astype(np.float32) for name, array in inputs.items()}


def right_cases(seed: int) -> Iterator[Case]:
    """Right backward functions, on ordinary and on awkward inputs."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((5, 6))
    at_zero = np.where(rng.random((5, 6)) < 0.3, 0.0, values)
    beside_zero = np.where(rng.random((5, 6)) < 0.3, 1e-7 * values, values)
    ties = np.round(values)
    softmax, softmax_back = _softmax(rng.integers(0, 4, 6))
    far = _batch(rng)
    far["x"] = far["x"] + 1e4
    scaled = _affine_inputs(rng)
    scaled["w"] = scaled["w"] * 1e6
    scaled["x"] = scaled["x"] * 1e-6

    def either(dout: Array, x: Array) -> tuple[Array, ...]:
        return (dout * (x >= 0),)

    rows: list[tuple[str, Forward, Backward, dict[str, Array]]] = [
        ("affine", affine, affine_back, _affine_inputs(rng)),
        ("affine, float32", affine, affine_back, _single(_affine_inputs(rng))),
        ("affine, x of 1e-6 and w of 1e6", affine, affine_back, scaled),
        ("ReLU", relu, relu_back, {"x": values}),
        ("ReLU, inputs of exactly 0, slope 0 there", relu, relu_back, {"x": at_zero}),
        ("ReLU, inputs of exactly 0, slope 1 there", relu, either, {"x": at_zero}),
        ("ReLU, inputs of 1e-7", relu, relu_back, {"x": beside_zero}),
        ("ReLU, all of it off (zero gradient)", relu, relu_back, {"x": -np.abs(values) - 1}),
        ("ReLU, float32", relu, relu_back, _single({"x": values})),
        ("maximum, with ties", largest, largest_back, {"x": ties}),
        ("batch norm", batchnorm, batchnorm_back, _batch(rng)),
        ("batch norm, float32", batchnorm, batchnorm_back, _single(_batch(rng))),
        ("batch norm, N = 2", batchnorm, batchnorm_back, _batch(rng, n=2)),
        ("batch norm, N = 2, float32", batchnorm, batchnorm_back, _single(_batch(rng, n=2))),
        ("batch norm, spread 1e-3", batchnorm, batchnorm_back, _batch(rng, spread=1e-3)),
        ("batch norm, inputs around 10,000", batchnorm, batchnorm_back, far),
        ("softmax loss", softmax, softmax_back, _scores(rng)),
        ("softmax loss, float32", softmax, softmax_back, _single(_scores(rng))),
        ("softmax loss, saturated", softmax, softmax_back, _scores(rng, size=20.0)),
    ]
    for name, forward, backward, inputs in rows:
        yield Case(name, forward, backward, inputs, right=True)


def wrong_cases(seed: int) -> Iterator[Case]:
    """Wrong backward functions, on ordinary inputs."""
    rng = np.random.default_rng(seed)
    for name, change, sizes in _AFFINE_MISTAKES:
        yield Case(f"affine: {name}", affine, change, _affine_inputs(rng, *sizes), right=False)
    for name, change, _ in _RELU_MISTAKES:
        x = np.where(rng.random((5, 6)) < 0.1, 0.05, rng.standard_normal((5, 6)))
        x[0, 0] = 0.05
        yield Case(f"ReLU: {name}", relu, change, {"x": x}, right=False)
    for name, change, _ in _BATCHNORM_MISTAKES:
        yield Case(f"batch norm: {name}", batchnorm, change, _batch(rng), right=False)
    forward, backward = _softmax(rng.integers(0, 4, 6))
    for name, wrong in _softmax_mistakes(backward):
        yield Case(f"softmax loss: {name}", forward, wrong, _scores(rng), right=False)


def _last_entry(dout: Array, x: Array, w: Array, b: Array) -> tuple[Array, ...]:
    dx, dw, db = affine_back(dout, x, w, b)
    dw[-1, -1] = 0
    return dx, dw, db


def _statistics(
    dout: Array, x: Array, gamma: Array, *, mean: bool = True, var: bool = True, ddof: int = 0
) -> Array:
    """dx of batch norm with some of its three terms left out."""
    z, scale = _normalized(x)
    inner = dout * gamma
    dx = inner - mean * inner.mean(axis=0) - var * z * (inner * z).sum(axis=0) / (len(x) - ddof)
    return scale * dx


def _in_place(dout: Array, x: Array) -> tuple[Array, ...]:
    dout[x <= 0] = 0
    return (dout,)


Mistakes = list[tuple[str, Backward, tuple[int, ...]]]
_AFFINE_MISTAKES: Mistakes = [
    ("dw transposed, square", lambda g, x, w, b: (g @ w.T, g.T @ x, g.sum(axis=0)), (5, 4, 4)),
    ("dx with w for wᵀ, square", lambda g, x, w, b: (g @ w, x.T @ g, g.sum(axis=0)), (5, 4, 4)),
    ("db summed over the wrong axis, square", lambda g, x, w, b: (g @ w.T, x.T @ g, g.sum(axis=1)), (4, 6, 4)),
    ("sign of dx", lambda g, x, w, b: (-g @ w.T, x.T @ g, g.sum(axis=0)), ()),
    ("dw divided by N", lambda g, x, w, b: (g @ w.T, x.T @ g / len(x), g.sum(axis=0)), ()),
    ("db is a mean", lambda g, x, w, b: (g @ w.T, x.T @ g, g.mean(axis=0)), ()),
    ("upstream gradient ignored in dw", lambda g, x, w, b: (g @ w.T, x.T @ np.ones_like(g), g.sum(axis=0)), ()),
    ("upstream gradient clipped at 0", lambda g, x, w, b: affine_back(np.maximum(g, 0), x, w, b), ()),
    ("upstream gradient averaged over classes", lambda g, x, w, b: affine_back(0 * g + g.mean(1, keepdims=True), x, w, b), ()),
    ("last entry of dw never written", _last_entry, ()),
    ("dw a ten-thousandth too large", lambda g, x, w, b: (g @ w.T, 1.0001 * (x.T @ g), g.sum(axis=0)), ()),
]  # fmt: skip
_RELU_MISTAKES: Mistakes = [
    ("no mask", lambda g, x: (g,), ()),
    ("mask of the upstream gradient", lambda g, x: (g * (g > 0),), ()),
    ("mask at 0.1", lambda g, x: (g * (x > 0.1),), ()),
    ("mask inverted", lambda g, x: (g * (x <= 0),), ()),
    ("upstream gradient changed in place", _in_place, ()),
]
_BATCHNORM_MISTAKES: Mistakes = [
    ("mean as a constant", lambda g, x, c, b: (_statistics(g, x, c, mean=False), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("variance as a constant", lambda g, x, c, b: (_statistics(g, x, c, var=False), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("both as constants", lambda g, x, c, b: (_statistics(g, x, c, mean=False, var=False), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("N - 1 in the variance", lambda g, x, c, b: (_statistics(g, x, c, ddof=1), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("gamma forgotten", lambda g, x, c, b: (_statistics(g, x, np.ones_like(c)), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("dx is zero", lambda g, x, c, b: (np.zeros_like(x), *batchnorm_back(g, x, c, b)[1:]), ()),
    ("dgamma without the upstream gradient", lambda g, x, c, b: (batchnorm_back(g, x, c, b)[0], _normalized(x)[0].sum(axis=0), g.sum(axis=0)), ()),
    ("dgamma of x, not normalized", lambda g, x, c, b: (batchnorm_back(g, x, c, b)[0], (g * x).sum(axis=0), g.sum(axis=0)), ()),
    ("dbeta is a mean", lambda g, x, c, b: (*batchnorm_back(g, x, c, b)[:2], g.mean(axis=0)), ()),
]  # fmt: skip


def _softmax_mistakes(right: Backward) -> list[tuple[str, Backward]]:
    def changed(pick: int, change: Callable[..., Array]) -> Backward:
        def backward(dout: Array, X: Array, W: Array, b: Array) -> tuple[Array, ...]:
            found = list(right(dout, X, W, b))
            found[pick] = change(found[pick], dout, X, W, b)
            return tuple(found)

        return backward

    return [
        ("no mean", changed(1, lambda dW, g, X, W, b: len(X) * (dW - g * REG * W) + g * REG * W)),
        ("no regularization", changed(1, lambda dW, g, X, W, b: dW - g * REG * W)),
        ("regularization twice", changed(1, lambda dW, g, X, W, b: dW + g * REG * W)),
        ("bias regularized", changed(2, lambda db, g, X, W, b: db + g * REG * b)),
        ("upstream gradient forgotten in db", changed(2, lambda db, g, X, W, b: db / g)),
    ]

"""Named tuples and frozen data classes, type annotations, and Gumbel noise."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Step:
    x: Array
    old: Array
    new: Array
    Wx: Array
    Wh: Array


class Forward(NamedTuple):
    h: Array
    cache: Step | list[Step]


class StepGrads(NamedTuple):
    dx: Array
    dprev_h: Array
    dWx: Array
    dWh: Array
    db: Array


class RunGrads(NamedTuple):
    dx: Array
    dh0: Array
    dWx: Array
    dWh: Array
    db: Array


def rnn_step_forward(x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> Forward:
    new = np.tanh(np.add(x @ Wx.T, prev_h @ Wh.T) + b)
    return Forward(new, Step(x, prev_h, new, Wx, Wh))


def rnn_step_backward(upstream: Array, cache: Step) -> StepGrads:
    dz = upstream - upstream * cache.new**2
    return StepGrads(
        dx=dz @ cache.Wx, dprev_h=dz @ cache.Wh, dWx=dz.T @ cache.x, dWh=dz.T @ cache.old, db=dz.sum(0)
    )


def rnn_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> Forward:
    steps: list[Step] = []
    for inputs in np.moveaxis(x, 1, 0):
        last = steps[-1].new if steps else h0
        steps.append(rnn_step_forward(x=inputs, prev_h=last, Wx=Wx, Wh=Wh, b=b).cache)
    return Forward(h=np.stack([step.new for step in steps], 1), cache=steps)


def rnn_backward(upstream: Array, cache: list[Step]) -> RunGrads:
    flow: Array | float = 0.0
    grads: list[StepGrads] = []
    for t, step in reversed(list(enumerate(cache))):
        grads.insert(0, rnn_step_backward(upstream[:, t] + flow, step))
        flow = grads[0].dprev_h
    return RunGrads(
        np.stack([g.dx for g in grads], axis=1),
        grads[0].dprev_h,
        np.sum([g.dWx for g in grads], axis=0),
        np.sum([g.dWh for g in grads], axis=0),
        np.sum([g.db for g in grads], axis=0),
    )


def clip_gradients(grads: dict[str, Array], max_norm: float) -> dict[str, Array]:
    length = np.linalg.norm([np.linalg.norm(grad) for grad in grads.values()])
    scale = min(1.0, max_norm / length) if length else 1.0
    return OrderedDict((name, scale * grad) for name, grad in grads.items())


def temperature_softmax(scores: Array, temperature: float) -> Array:
    log_odds = np.asarray(scores) / temperature
    return np.exp(log_odds - np.logaddexp.reduce(log_odds, axis=-1, keepdims=True))


@dataclass(init=False)
class CharRNN:
    params: dict[str, Array]

    def __init__(self, num_letters: int, hidden: int = 64, *, rng: np.random.Generator) -> None:
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    def loss(self, X: NDArray[np.integer], y: NDArray[np.integer] | None = None):
        p = self.params
        (N, T), V = X.shape, len(p["by"])
        run = rnn_forward((X[..., None] == np.arange(V)).astype(float), np.zeros((N, len(p["b"]))), p["Wx"], p["Wh"], p["b"])
        scores = run.h @ p["Wy"].T + p["by"]
        if y is None:
            return scores
        log_Z = np.logaddexp.reduce(scores, axis=2)
        n, t = np.ogrid[:N, :T]
        d = np.exp(scores - log_Z[..., None])
        d[n, t, y] -= 1
        d /= N * T
        back = rnn_backward(d @ p["Wy"], run.cache)
        grads = OrderedDict(
            Wx=back.dWx, Wh=back.dWh, b=back.db, Wy=np.einsum("ntv,nth->vh", d, run.h), by=np.einsum("ntv->v", d)
        )
        return np.mean(log_Z - scores[n, t, y]), grads

    def sample(self, first: int, length: int, temperature: float, rng: np.random.Generator) -> NDArray[np.integer]:
        p, h, drawn = self.params, np.zeros((1, len(self.params["b"]))), [first]
        while len(drawn) <= length:
            h = rnn_step_forward(np.eye(len(p["by"]))[[drawn[-1]]], h, p["Wx"], p["Wh"], p["b"]).h
            noisy = (h[0] @ p["Wy"].T + p["by"]) / temperature + rng.gumbel(size=len(p["by"]))
            drawn.append(int(np.argmax(noisy)))
        return np.asarray(drawn[1:])

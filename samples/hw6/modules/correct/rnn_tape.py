"""An own little tape: every operation notes how its gradient goes back, and a run is one graph."""

from collections import defaultdict

import numpy as np


class Node:
    """A value, and functions that give to each parent its part of the gradient."""

    def __init__(self, value, *parents):
        self.value, self.parents = value, parents

    def __matmul__(self, W):  # x W^T
        return Node(
            self.value @ W.value.T, (self, lambda g: g @ W.value), (W, lambda g: g.T @ self.value)
        )

    def __add__(self, other):
        def shrink(g):
            return g if g.shape == other.value.shape else g.sum(axis=0)

        return Node(self.value + other.value, (self, lambda g: g), (other, shrink))

    def tanh(self):
        out = np.tanh(self.value)
        return Node(out, (self, lambda g: g * (1 - out * out)))


def topological(nodes):
    order, seen = [], set()
    stack = [(node, False) for node in nodes]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(parent, False) for parent, _ in node.parents]
    return order[::-1]


def gradients(ends, wanted):
    """ends: pairs of a node and the gradient that comes into it."""
    flow = defaultdict(float)
    for node, g in ends:
        flow[id(node)] = flow[id(node)] + g
    for node in topological([node for node, _ in ends]):
        for parent, rule in node.parents:
            flow[id(parent)] = flow[id(parent)] + rule(flow[id(node)])
    return tuple(flow[id(node)] + np.zeros_like(node.value) for node in wanted)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    leaves = x, prev_h, Wx, Wh, b = [Node(value) for value in (x, prev_h, Wx, Wh, b)]
    out = ((x @ Wx) + (prev_h @ Wh) + b).tanh()
    return out.value, (out, leaves)


def rnn_step_backward(upstream, cache):
    out, leaves = cache
    return gradients([(out, upstream)], leaves)


def rnn_forward(x, h0, Wx, Wh, b):
    inputs = [Node(x[:, t]) for t in range(x.shape[1])]
    leaves = h, Wx, Wh, b = [Node(value) for value in (h0, Wx, Wh, b)]
    states = []
    for one in inputs:
        h = ((one @ Wx) + (h @ Wh) + b).tanh()
        states.append(h)
    return np.stack([h.value for h in states], axis=1), {"inputs": inputs, "leaves": leaves, "states": states}


def rnn_backward(upstream, cache):
    ends = [(state, upstream[:, t]) for t, state in enumerate(cache["states"])]
    found = gradients(ends, [*cache["inputs"], *cache["leaves"]])
    T = len(ends)
    return np.stack(found[:T], axis=1), *found[T:]


def clip_gradients(grads, max_norm):
    flat = np.concatenate([grad.ravel() for grad in grads.values()])
    norm = np.sqrt(flat @ flat)
    clipped = defaultdict(lambda: None)
    for name in grads:
        clipped[name] = grads[name] / max(1.0, norm / max_norm)
    return clipped


def temperature_softmax(scores, temperature):
    z = scores / temperature
    z = z - np.max(z, axis=-1)[..., np.newaxis]
    p = np.exp(z)
    p /= p.sum(axis=-1)[..., np.newaxis]
    return p


class CharRNN:
    def __init__(self, num_letters, hidden=64, *, rng):
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    def loss(self, X, y=None):
        p = {name: Node(value) for name, value in self.params.items()}
        letters = np.eye(len(self.params["by"]))
        h, all_scores = Node(np.zeros((len(X), len(self.params["b"])))), []
        for t in range(X.shape[1]):
            h = ((Node(letters[X[:, t]]) @ p["Wx"]) + (h @ p["Wh"]) + p["b"]).tanh()
            all_scores.append((h @ p["Wy"]) + p["by"])
        scores = np.stack([one.value for one in all_scores], axis=1)
        if y is None:
            return scores
        probabilities = temperature_softmax(scores, 1.0)
        top = scores.max(axis=2)
        log_sum = top + np.log(np.exp(scores - top[:, :, None]).sum(axis=2))
        loss = (log_sum - np.take_along_axis(scores, y[:, :, None], axis=2)[:, :, 0]).mean()
        slopes = (probabilities - letters[y]) / y.size
        found = gradients([(one, slopes[:, t]) for t, one in enumerate(all_scores)], p.values())
        grads = defaultdict(float)
        for name, gradient in zip(p, found):
            grads[name] += gradient
        return loss, grads

    def sample(self, first, length, temperature, rng):
        letters = []
        h = np.zeros((1, self.params["Wh"].shape[0]))
        letter = first
        for _ in range(length):
            x = np.zeros((1, self.params["Wx"].shape[1]))
            x[0, letter] = 1
            h, _ = rnn_step_forward(x, h, self.params["Wx"], self.params["Wh"], self.params["b"])
            p = temperature_softmax(self.params["by"] + h[0] @ self.params["Wy"].T, temperature)
            edges = np.cumsum(p)
            letter = np.searchsorted(edges, rng.random() * edges[-1], side="right")
            letters.append(letter)
        return np.array(letters)

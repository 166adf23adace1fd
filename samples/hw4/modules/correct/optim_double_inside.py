"""Computes in float64 and returns the precision of w; moments kept in float64."""

import numpy as np


def wide(rule):
    def outer(w, dw, config=None):
        config = {} if config is None else config
        step = rule(np.asarray(w, np.float64), np.asarray(dw, np.float64), config)
        return (np.asarray(w, np.float64) - step).astype(w.dtype), config

    return outer


@wide
def sgd(w, g, c):
    return c.get("learning_rate", 1e-2) * g


@wide
def sgd_momentum(w, g, c):
    c["velocity"] = (
        c.get("momentum", 0.9) * np.asarray(c.get("velocity", 0.0)) - c.get("learning_rate", 1e-2) * g
    )
    return -c["velocity"]


@wide
def sgd_nesterov(w, g, c):
    alpha, old = c.get("momentum", 0.9), np.asarray(c.get("velocity", 0.0))
    c["velocity"] = alpha * old - c.get("learning_rate", 1e-2) * g
    return alpha * old - (1 + alpha) * c["velocity"]


@wide
def adagrad(w, g, c):
    c["cache"] = c.get("cache", 0.0) + g * g
    return c.get("learning_rate", 1e-2) * g / (np.sqrt(c["cache"]) + c.get("epsilon", 1e-8))


@wide
def rmsprop(w, g, c):
    beta = c.get("decay_rate", 0.99)
    c["cache"] = beta * c.get("cache", 0.0) + (1 - beta) * g * g
    return c.get("learning_rate", 1e-2) * g / (np.sqrt(c["cache"]) + c.get("epsilon", 1e-8))


def moments(g, c):
    b1, b2 = c.get("beta1", 0.9), c.get("beta2", 0.999)
    c["t"] = c.get("t", 0) + 1
    c["m"] = b1 * c.get("m", 0.0) + (1 - b1) * g
    c["v"] = b2 * c.get("v", 0.0) + (1 - b2) * g * g
    return c["m"] / (1 - b1 ** c["t"]) / (np.sqrt(c["v"] / (1 - b2 ** c["t"])) + c.get("epsilon", 1e-8))


@wide
def adam(w, g, c):
    return c.get("learning_rate", 1e-3) * moments(g, c)


@wide
def adamw(w, g, c):
    return c.get("learning_rate", 1e-3) * (moments(g, c) + c.get("weight_decay", 1e-2) * w)


def clip_gradient(g, max_norm):
    norm = np.linalg.norm(np.asarray(g, np.float64))
    return g if norm <= max_norm else (g * np.float64(max_norm / norm)).astype(g.dtype)

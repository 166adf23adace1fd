"""All gradients, or pushes, are kept, and summed up anew in each step."""

import numpy as np


def keep(config, dw):
    config["history"] = [*config.get("history", []), dw.copy()]
    return config["history"]


def faded(history, share):
    total = np.zeros_like(history[0])
    for age, g in enumerate(reversed(history)):
        total = total + share**age * g
    return total


def sgd(w, dw, config=None):
    config = dict(config or {})
    return w - config.get("learning_rate", 0.01) * dw, config


def sgd_momentum(w, dw, config=None):
    config = dict(config or {})
    history = keep(config, config.get("learning_rate", 0.01) * dw)
    return w - faded(history, config.get("momentum", 0.9)), config


def sgd_nesterov(w, dw, config=None):
    config = dict(config or {})
    alpha, push = config.get("momentum", 0.9), config.get("learning_rate", 0.01) * dw
    return w - push - alpha * faded(keep(config, push), alpha), config


def adagrad(w, dw, config=None):
    config = dict(config or {})
    squares = [g**2 for g in keep(config, dw)]
    return w - config.get("learning_rate", 0.01) * dw / (
        sum(squares) ** 0.5 + config.get("epsilon", 1e-8)
    ), config


def rmsprop(w, dw, config=None):
    config = dict(config or {})
    squares = [g**2 for g in keep(config, dw)]
    beta = config.get("decay_rate", 0.99)
    root = ((1 - beta) * faded(squares, beta)) ** 0.5
    return w - config.get("learning_rate", 0.01) * dw / (root + config.get("epsilon", 1e-8)), config


def adam_step(config, dw):
    history = keep(config, dw)
    beta1, beta2, t = config.get("beta1", 0.9), config.get("beta2", 0.999), len(history)
    mean = faded(history, beta1) / sum(beta1**k for k in range(t))
    square = faded([g**2 for g in history], beta2) / sum(beta2**k for k in range(t))
    return config.get("learning_rate", 0.001) * mean / (square**0.5 + config.get("epsilon", 1e-8))


def adam(w, dw, config=None):
    config = dict(config or {})
    return w - adam_step(config, dw), config


def adamw(w, dw, config=None):
    config = dict(config or {})
    step = adam_step(config, dw)
    shrink = 1 - config.get("learning_rate", 0.001) * config.get("weight_decay", 0.01)
    return shrink * w - step, config


def clip_gradient(g, max_norm):
    total = 0.0
    for entry in g.ravel():
        total += float(entry) ** 2
    return g.copy() if total <= max_norm**2 else g / (total**0.5 / max_norm)

"""A new config is returned, the old one is left as it is; state under names of its own."""

import numpy as np

DEFAULTS = {
    "learning_rate": 1e-2,
    "momentum": 0.9,
    "epsilon": 1e-8,
    "decay_rate": 0.99,
    "beta1": 0.9,
    "beta2": 0.999,
    "weight_decay": 0.01,
}


def settings(config, *names, **own):
    full = {**DEFAULTS, **own, **(config or {})}
    return full, [full[name] for name in names]


def sgd(w, dw, config=None):
    full, (rate,) = settings(config, "learning_rate")
    return w - rate * dw, full


def sgd_momentum(w, dw, config=None):
    full, (rate, alpha) = settings(config, "learning_rate", "momentum")
    speed = alpha * full.get("speed", np.zeros_like(w)) - rate * dw
    return w + speed, {**full, "speed": speed}


def sgd_nesterov(w, dw, config=None):
    full, (rate, alpha) = settings(config, "learning_rate", "momentum")
    speed = alpha * full.get("speed", np.zeros_like(w)) - rate * dw
    return w + alpha * speed - rate * dw, {**full, "speed": speed}


def adagrad(w, dw, config=None):
    full, (rate, epsilon) = settings(config, "learning_rate", "epsilon")
    total = full.get("total", 0.0) + np.square(dw)
    return w - rate / (np.sqrt(total) + epsilon) * dw, {**full, "total": total}


def rmsprop(w, dw, config=None):
    full, (rate, epsilon, beta) = settings(config, "learning_rate", "epsilon", "decay_rate")
    total = full.get("total", np.zeros_like(w))
    total = total + (1 - beta) * (np.square(dw) - total)
    return w - rate / (np.sqrt(total) + epsilon) * dw, {**full, "total": total}


def adam(w, dw, config=None):
    full, (rate, epsilon, beta1, beta2) = settings(
        config, "learning_rate", "epsilon", "beta1", "beta2", learning_rate=1e-3
    )
    past = full.get("past", (np.zeros_like(w), np.zeros_like(w), 1.0, 1.0))
    first = past[0] + (1 - beta1) * (dw - past[0])
    second = past[1] + (1 - beta2) * (np.square(dw) - past[1])
    left1, left2 = past[2] * beta1, past[3] * beta2
    step = rate * (first / (1 - left1)) / (np.sqrt(second / (1 - left2)) + epsilon)
    return w - step, {**full, "past": (first, second, left1, left2)}


def adamw(w, dw, config=None):
    full, (rate, decay) = settings(config, "learning_rate", "weight_decay", learning_rate=1e-3)
    after, full = adam(w, dw, full)
    return after - rate * decay * w, full


def clip_gradient(g, max_norm):
    return g * float(min(1.0, max_norm / max(np.linalg.norm(g), 1e-30)))

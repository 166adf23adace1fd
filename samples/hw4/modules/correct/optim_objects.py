"""Rules are objects with __call__, partial objects and a decorated function; the memory is an object too."""

import functools
import math
from collections import namedtuple
from dataclasses import dataclass, field

import numpy as np

Step = namedtuple("Step", "w config")


@dataclass
class Memory:
    steps: int = 0
    means: dict = field(default_factory=dict)

    def mean(self, name, share, value):
        old = self.means.get(name)
        self.means[name] = (1 - share) * value + (0 if old is None else share * old)
        return self.means[name]


class Settings(dict):
    def __missing__(self, name):
        self[name] = Memory() if name == "memory" else DEFAULTS[name]
        return self[name]


DEFAULTS = {
    "learning_rate": 0.01,
    "momentum": 0.9,
    "epsilon": 1e-8,
    "decay_rate": 0.99,
    "beta1": 0.9,
    "beta2": 0.999,
    "weight_decay": 0.01,
}


class Rule:
    def __init__(self, direction, **defaults):
        self.direction, self.defaults = direction, defaults

    def __call__(self, w, dw, config=None):
        settings = Settings({**self.defaults, **(config or {})})
        settings["memory"].steps += 1
        return Step(w + settings["learning_rate"] * self.direction(settings, dw, w), settings)


def rolling(settings, dw, w, ahead):
    memory, alpha, rate = settings["memory"], settings["momentum"], settings["learning_rate"]
    memory.means["velocity"] = alpha * memory.means.get("velocity", 0.0) - rate * dw
    return (alpha * memory.means["velocity"] - rate * dw if ahead else memory.means["velocity"]) / rate


def scaled(settings, dw, w, all_of_it):
    memory, share = settings["memory"], settings["decay_rate"]
    if all_of_it:
        mean = memory.means["sum"] = memory.means.get("sum", 0.0) + np.square(dw)
    else:
        mean = memory.mean("squares", share, np.square(dw))
    return -dw / (np.sqrt(mean) + settings["epsilon"])


def corrected(settings, dw, w, decay=False):
    memory, t = settings["memory"], settings["memory"].steps
    m = memory.mean("first", settings["beta1"], dw) / (1 - settings["beta1"] ** t)
    v = memory.mean("second", settings["beta2"], dw * dw) / (1 - settings["beta2"] ** t)
    return -m / (np.sqrt(v) + settings["epsilon"]) - (settings["weight_decay"] * w if decay else 0)


def downhill(settings, dw, w):
    return -dw


def with_config(rule):
    @functools.wraps(rule)
    def inner(w, dw, config=None):
        return rule(w, dw, {} if config is None else config)

    return inner


@with_config
def sgd(w, dw, config):
    return Step(w - config.get("learning_rate", 0.01) * dw, config)


sgd_momentum = Rule(functools.partial(rolling, ahead=False))
sgd_nesterov = Rule(functools.partial(rolling, ahead=True))
adagrad = Rule(functools.partial(scaled, all_of_it=True))
rmsprop = Rule(functools.partial(scaled, all_of_it=False))


def family(w, dw, config=None, *, decay):
    return Rule(functools.partial(corrected, decay=decay), learning_rate=1e-3)(w, dw, config)


adam = functools.partial(family, decay=False)
adamw = functools.partial(family, decay=True)


def clip_gradient(g, max_norm):
    length = math.hypot(*g.ravel().tolist())
    return g * min(1.0, max_norm / (length + 1e-6))

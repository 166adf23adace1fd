"""One class for all rules, entry by entry in flat arrays; a counter from 1 that is raised afterwards."""

import numpy as np


class Engine:
    def __init__(self, config, rate):
        self.config = config if config is not None else {}
        self.rate = self.config.setdefault("learning_rate", rate)

    def mean(self, name, share, value):
        old = self.config.get(name)
        self.config[name] = (1 - share) * value if old is None else share * old + (1 - share) * value
        return self.config[name]

    def get(self, name, default):
        return self.config.setdefault(name, default)


def sgd(w, dw, config=None):
    engine = Engine(config, 1e-2)
    return np.subtract(w, engine.rate * dw), engine.config


def sgd_momentum(w, dw, config=None):
    engine = Engine(config, 1e-2)
    velocity = engine.get("momentum", 0.9) * engine.get("velocity", np.zeros_like(w)) - engine.rate * dw
    engine.config.update(velocity=velocity)
    return np.add(w, velocity), engine.config


def sgd_nesterov(w, dw, config=None):
    old = (config or {}).get("velocity", np.zeros_like(w))
    after, config = sgd_momentum(w, dw, config)
    return after + config["momentum"] * (config["velocity"] - old), config


def adagrad(w, dw, config=None):
    engine = Engine(config, 1e-2)
    flat = dw.reshape(-1)
    total = np.zeros_like(flat) if "sum" not in engine.config else engine.config["sum"]
    total = np.hypot(total, flat)
    engine.config["sum"] = total
    return w - (engine.rate * flat / (total + engine.get("epsilon", 1e-8))).reshape(w.shape), engine.config


def rmsprop(w, dw, config=None):
    engine = Engine(config, 1e-2)
    root = np.sqrt(engine.mean("square", engine.get("decay_rate", 0.99), dw**2))
    return w - engine.rate * dw / (root + engine.get("epsilon", 1e-8)), engine.config


def adam(w, dw, config=None):
    engine = Engine(config, 1e-3)
    b1, b2, t = engine.get("beta1", 0.9), engine.get("beta2", 0.999), engine.get("step", 1)
    m = engine.mean("first", b1, dw) / (1 - b1**t)
    v = engine.mean("second", b2, dw**2) / (1 - b2**t)
    engine.config["step"] = t + 1
    return w - engine.rate * m / (v**0.5 + engine.get("epsilon", 1e-8)), engine.config


def adamw(w, dw, config=None):
    decay = (config or {}).get("weight_decay", 1e-2)
    after, config = adam(w, dw, config)
    config["weight_decay"] = decay
    return after - config["learning_rate"] * decay * w, config


def clip_gradient(g, max_norm):
    length = float(np.sqrt(np.vdot(g, g)))
    return g / max(1.0, length / max_norm)

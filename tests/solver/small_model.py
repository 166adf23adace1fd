"""A small model with everything a Solver must look after: batch normalization, dropout, any dtype."""

import numpy as np


def small_data(N=23, D=4, C=3, seed=0, dtype=np.float64):
    """Three classes of points around random centres."""
    rng = np.random.default_rng(seed)
    centres = 2 * rng.standard_normal((C, D))
    splits = {}
    for part, count in (("train", N), ("val", N + 7)):
        y = rng.integers(0, C, count)
        splits[f"X_{part}"] = (centres[y] + rng.standard_normal((count, D))).astype(dtype)
        splits[f"y_{part}"] = y
    return splits


class SmallModel:
    """Batch normalization of the input (no scale, no shift), dropout, and a linear softmax classifier."""

    def __init__(self, D=4, C=3, seed=0, dtype=np.float64, keep=0.8):
        rng = np.random.default_rng(seed)
        self.params = {"W": rng.normal(0, 0.1, (C, D)).astype(dtype), "b": np.zeros(C, dtype)}
        self.bn_params = [{"mode": "train", "momentum": 0.9}]
        self.dropout_param = {"mode": "train", "p": keep, "rng": np.random.default_rng(seed + 1)}
        self.seen = []

    def loss(self, X, y=None):
        bn = self.bn_params[0]
        bn["mode"] = "test" if y is None else "train"
        dtype = self.params["W"].dtype
        if y is None:
            X = X - bn.get("running_mean", np.zeros(X.shape[1], dtype))
            return X @ self.params["W"].T + self.params["b"]
        self.seen.append(X.copy())
        bn.setdefault("running_mean", np.zeros(X.shape[1], dtype))
        bn["running_mean"] *= 0.9  # in place, as some do
        bn["running_mean"] += (0.1 * X.mean(axis=0)).astype(dtype)
        X = X - X.mean(axis=0)
        keep = self.dropout_param["p"]
        X = X * ((self.dropout_param["rng"].random(X.shape) < keep) / keep).astype(dtype)
        scores = X @ self.params["W"].T + self.params["b"]
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        p[np.arange(len(y)), y] -= 1
        return loss, {"W": p.T @ X / len(y), "b": p.sum(axis=0) / len(y)}


def momentum(w, dw, config):
    """An update rule with a memory, written in place."""
    v = config.setdefault("velocity", np.zeros_like(w))
    config["t"] = config.get("t", 0) + 1
    v *= 0.9
    v -= config["learning_rate"] * dw
    return w + v, config

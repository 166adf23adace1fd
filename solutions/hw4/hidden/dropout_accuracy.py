"""Hidden check of the saved network on pictures nobody has seen."""

import re
import tomllib
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
CHANCE = 0.1
STATED = {"shapes10": 0.57, "cifar10": 0.55}
PICTURES = 2000
KNOWN = r"mean|scale|(W|b|gamma|beta|running_mean|running_var)[0-9]{1,3}"
LARGEST = 20_000_000


def refuse(problem):
    """End the check: the file cannot be used, and this is why."""
    raise CheckFailed(Finding("fc_best.npz", problem))


def numbers_of(saved):
    """The arrays that belong to a network, as float64."""
    arrays = {name: array for name, array in saved.items() if re.fullmatch(KNOWN, name)}
    if sum(array.size for array in arrays.values()) > LARGEST:
        refuse(f"holds more than {LARGEST:,} numbers. A smaller network will do.")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu":
            refuse(f"holds {name} as {array.dtype}, not as numbers.")
        arrays[name] = array.astype(np.float64)
        if not np.isfinite(arrays[name]).all():
            refuse(f"holds NaN or infinity in {name}. Did training diverge?")
    return arrays


def usable(saved):
    """The arrays and the number of layers.

    Raises:
        CheckFailed: an array is missing, misshapen or not finite.
    """
    arrays = numbers_of(saved)

    def need(name, shape):
        if name not in arrays:
            refuse(f"does not hold {name}, which should have the shape {shape}.")
        if arrays[name].shape != shape:
            refuse(f"holds {name} of shape {arrays[name].shape}, where {shape} belongs.")

    need("mean", (3072,))
    if (scale := arrays.get("scale", np.ones(())).shape) not in ((), (1,), (3072,)):
        refuse(f"holds scale of shape {scale}, where one number belongs.")
    depth, size = 0, 3072
    while depth == 0 or f"W{depth + 1}" in arrays:
        depth += 1
        W = arrays.get(f"W{depth}")
        if W is None or W.ndim != 2 or W.shape[1] != size:
            need(f"W{depth}", ("outputs", size))
        size = len(W)
        need(f"b{depth}", (size,))
        for name in (f"running_mean{depth}", f"running_var{depth}"):
            if name in arrays and arrays[name].shape == (1, size):  # kept as a row, which broadcasts
                arrays[name] = arrays[name][0]
        for pair in (("gamma", "beta"), ("running_mean", "running_var")):
            if any(f"{name}{depth}" in arrays for name in pair):
                for name in pair:
                    need(f"{name}{depth}", (size,))
    if size != 10:
        refuse(f"ends with W{depth} of {size} rows, where there are 10 classes.")
    return arrays, depth


def scores_of(arrays, depth, X):
    """The forward pass: affine, normalization if there is one, ReLU; the last layer is affine only."""
    h = (X - arrays["mean"]) / arrays.get("scale", 1.0)
    for layer in range(1, depth + 1):
        h = h @ arrays[f"W{layer}"].T + arrays[f"b{layer}"]
        if layer == depth:
            break
        if f"gamma{layer}" in arrays:
            if f"running_mean{layer}" in arrays:
                mean, var = arrays[f"running_mean{layer}"], arrays[f"running_var{layer}"]
            else:
                mean, var = h.mean(axis=1, keepdims=True), h.var(axis=1, keepdims=True)
            h = arrays[f"gamma{layer}"] * (h - mean) / np.sqrt(var + 1e-5) + arrays[f"beta{layer}"]
        h = np.maximum(h, 0)
    return h


@check(
    "dropout.accuracy", seconds=60, hint="More epochs, other sizes, another rate: what did the gap tell you?"
)
def unseen_pictures(student, rng):
    """Accuracy on pictures that nobody has trained on"""
    arrays, depth = usable(student.saved("fc_best.npz"))
    names = ["shapes10"] + (["cifar10"] if cifar10.find() is not None else [])
    best, report = -1.0, ""
    for name in names:
        X, y = hidden_split(name, SEED, PICTURES, flatten=True, dtype=np.float64)
        with np.errstate(all="ignore"):
            accuracy = float(np.mean(np.argmax(scores_of(arrays, depth, X), axis=1) == y))
        credit = float(np.clip((accuracy - CHANCE) / (STATED[name] - CHANCE), 0, 1))
        if credit > best:
            best, report = (
                credit,
                f"classifies {accuracy:.1%} of the pictures correctly, where {STATED[name]:.0%} is asked.",
            )
    if best < 1:
        raise CheckFailed(Finding("fc_best.npz", report), credit=best)

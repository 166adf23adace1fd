"""Hidden check of the saved network on pictures nobody has seen."""

import re
import tomllib
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
CHANCE = 0.1
STATED = {"shapes10": 0.70, "cifar10": 0.65}
PICTURES = 2000
AT_ONCE = 100
KNOWN = r"mean|scale|(W|b|gamma|beta|running_mean|running_var)[0-9]{1,2}"
LARGEST = 5_000_000
MOST_FILTERS, LARGEST_FILTER = 256, 11


def refuse(problem):
    """End the check: the file cannot be used, and this is why."""
    raise CheckFailed(Finding("cnn_best.npz", problem))


def numbers_of(saved):
    """The arrays that belong to a network, as float32."""
    arrays = {name: array for name, array in saved.items() if re.fullmatch(KNOWN, name)}
    if sum(array.size for array in arrays.values()) > LARGEST:
        refuse(f"holds more than {LARGEST:,} numbers. A smaller network will do.")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu":
            refuse(f"holds {name} as {array.dtype}, not as numbers.")
        with np.errstate(over="ignore"):
            arrays[name] = array.astype(np.float32)
        if not np.isfinite(arrays[name]).all():
            refuse(f"holds NaN or infinity in {name}. Did training diverge?")
    return arrays


def usable(saved):
    """The arrays and the number of layers: first those with filters, then affine ones.

    Raises:
        CheckFailed: an array is missing, misshapen or not finite.
    """
    arrays = numbers_of(saved)

    def need(name, shape):
        if name not in arrays:
            refuse(f"does not hold {name}, which should have the shape {shape}.")
        if arrays[name].shape != shape:
            refuse(f"holds {name} of shape {arrays[name].shape}, where {shape} belongs.")

    if (found := arrays.get("mean", np.ones(())).shape) != (32, 32, 3):
        refuse(f"holds mean of shape {found}, where that of a picture, (32, 32, 3), belongs.")
    if (found := arrays.get("scale", np.ones(())).shape) not in ((), (1,)):
        refuse(f"holds scale of shape {found}, where one number belongs.")
    depth, channels, side, flat = 0, 3, 32, 0
    while depth == 0 or f"W{depth + 1}" in arrays:
        depth += 1
        W = arrays.get(f"W{depth}")
        if W is None or (depth == 1 and W.ndim != 4):
            need(f"W{depth}", ("filters", 3, "rows", "columns"))
        if W.ndim == 4 and not flat:
            filters_fit(W, depth, channels, side)
            channels, side = len(W), side // 2
        else:
            flat = flat or channels * side * side
            if W.ndim != 2 or W.shape[1] != flat or not len(W):
                need(f"W{depth}", ("outputs", flat))
            flat = len(W)
        need(f"b{depth}", (len(W),))
        for pair in (("gamma", "beta"), ("running_mean", "running_var")):
            if any(f"{name}{depth}" in arrays for name in pair):
                for name in pair:
                    need(f"{name}{depth}", (len(W),))
    if flat != 10:
        refuse("does not end with an affine layer of 10 outputs, one for each class.")
    return arrays, depth


def filters_fit(W, depth, channels, side):
    """Whether these filters can be applied to what comes in, and are not too many."""
    if W.shape[1] != channels:
        refuse(f"holds W{depth} for {W.shape[1]} channels, where {channels} come in.")
    if W.shape[2] != W.shape[3] or W.shape[2] % 2 == 0 or W.shape[2] > LARGEST_FILTER:
        refuse(
            f"holds filters W{depth} of {W.shape[2]} x {W.shape[3]}: they should be square and odd, at most 11."
        )
    if not 0 < len(W) <= MOST_FILTERS or side < 2:
        refuse(
            f"holds {len(W)} filters in W{depth} on {side} x {side} pixels: at most {MOST_FILTERS}, on at least 2 x 2."
        )


def convolved(h, W):
    """Filters of odd size, stride 1, padding that keeps the size; one offset at a time."""
    N, _, rows, columns = h.shape
    reach = W.shape[2] // 2
    padded = np.pad(h, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
    out = np.zeros((len(W), N * rows * columns), np.float32)
    for k in range(W.shape[2]):
        for m in range(W.shape[3]):
            seen = padded[:, :, k : k + rows, m : m + columns].swapaxes(0, 1)
            out += W[:, :, k, m] @ seen.reshape(W.shape[1], -1)
    return out.reshape(len(W), N, rows, columns).swapaxes(0, 1)


def scores_of(arrays, depth, images):
    """The forward pass. A layer: filters or affine, batch normalization if it is there, ReLU, 2 x 2 pooling after filters."""
    h = ((images - arrays["mean"]) / arrays.get("scale", np.float32(1))).transpose(0, 3, 1, 2)
    for layer in range(1, depth + 1):
        W, filters = arrays[f"W{layer}"], arrays[f"W{layer}"].ndim == 4
        h = convolved(h, W) if filters else h.reshape(len(h), -1) @ W.T
        along = (slice(None), None, None) if filters else slice(None)
        h = h + arrays[f"b{layer}"][along]
        if layer == depth:
            return h
        if f"gamma{layer}" in arrays:
            for name in ("running_mean", "running_var"):
                if f"{name}{layer}" not in arrays:
                    refuse(f"holds gamma{layer}, but not {name}{layer}.")
            spread = np.sqrt(np.maximum(arrays[f"running_var{layer}"], 0) + np.float32(1e-5))
            factor = arrays[f"gamma{layer}"] / spread
            h = (h - arrays[f"running_mean{layer}"][along]) * factor[along] + arrays[f"beta{layer}"][along]
        h = np.maximum(h, 0)
        if filters:
            h = np.maximum(h[:, :, ::2], h[:, :, 1::2])
            h = np.maximum(h[..., ::2], h[..., 1::2])
    raise AssertionError("a network has a last layer")


@check(
    "cnn.accuracy",
    seconds=60,
    hint="Another rate, more filters, more epochs, normalization: what did the two curves tell you?",
)
def unseen_pictures(student, rng):
    """Accuracy on pictures that nobody has trained on"""
    arrays, depth = usable(student.saved("cnn_best.npz"))
    names = ["shapes10"] + (["cifar10"] if cifar10.find() is not None else [])
    best, report = -1.0, ""
    for name in names:
        X, y = hidden_split(name, SEED, PICTURES, dtype=np.float32)
        with np.errstate(all="ignore"):
            answers = [
                scores_of(arrays, depth, X[start : start + AT_ONCE]).argmax(axis=1)
                for start in range(0, PICTURES, AT_ONCE)
            ]
        accuracy = float(np.mean(np.concatenate(answers) == y))
        credit = float(np.clip((accuracy - CHANCE) / (STATED[name] - CHANCE), 0, 1))
        if credit > best:
            best, report = (
                credit,
                f"classifies {accuracy:.1%} of the pictures correctly, where {STATED[name]:.0%} is asked.",
            )
    if best < 1:
        raise CheckFailed(Finding("cnn_best.npz", report), credit=best)

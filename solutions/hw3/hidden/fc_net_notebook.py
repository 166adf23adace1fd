"""Hidden checks of what fc_net.ipynb asks for; the settings are tried with a network of the judge's own."""

import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
EPOCHS = 40  # twice as many as in the notebook
DRAWS = 3
NETWORKS = [[3072, 100, 50, 10], [17, 5, 4], [9, 3], [6, 5, 4, 3, 2, 7]]


@check("fc.parameters", weight=2, hint="Each layer has outputs times inputs weights. What else does it have?")
def counts(student, rng):
    """Networks of one to five layers"""
    for sizes in NETWORKS:
        total = sum(sizes[i] * (sizes[i - 1] + 1) for i in range(1, len(sizes)))
        expect.number(f"number_of_parameters({sizes})", student.notebook.number_of_parameters(sizes), total)


@check("fc.start", hint="Equal scores: what is the loss of C equally likely classes?")
def start_values(student, rng):
    """Without regularization"""
    for sizes in NETWORKS:
        loss = student.notebook.loss_at_start(sizes, 1e-3, 0.0)
        expect.number(f"the loss of {sizes[-1]} classes", loss, -np.log(1 / sizes[-1]), rtol=1e-3)


@check(
    "fc.start", weight=1.5, hint="What is the mean of the square of a weight, and how many weights are there?"
)
def start_values_with_penalty(student, rng):
    """With regularization"""
    for sizes in NETWORKS:
        squares = 0.02**2 * np.dot(sizes[1:], sizes[:-1])
        loss = student.notebook.loss_at_start(sizes, 0.02, 0.7)
        expect.number(f"the loss of {sizes}", loss, np.log(sizes[-1]) + 0.35 * squares, rtol=1e-3)


def fitted(X, y, weight_scale, learning_rate, rng):
    """The best training accuracy of a five-layer network with these settings, after any of the epochs."""
    sizes = [X.shape[1], 100, 100, 100, 100, 10]
    V = [weight_scale * rng.standard_normal((n, m)) for m, n in pairwise(sizes)]
    c, best = [np.zeros(n) for n in sizes[1:]], 0.0
    for _ in range(EPOCHS):
        order = rng.permutation(len(X))
        for batch in (order[:25], order[25:]):
            inputs, z = [], X[batch]
            for layer in range(5):
                inputs.append(np.maximum(z, 0) if layer else z)
                z = inputs[-1] @ V[layer].T + c[layer]
            if not np.all(np.abs(z) < 1e12):
                return best
            pull = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
            pull[np.arange(len(batch)), y[batch]] -= 1
            pull /= len(batch)
            for layer in range(4, -1, -1):
                down = pull @ V[layer] * (inputs[layer] > 0)
                V[layer] = V[layer] - learning_rate * pull.T @ inputs[layer]
                c[layer] = c[layer] - learning_rate * pull.sum(axis=0)
                pull = down
        z = X
        for layer in range(5):
            z = (np.maximum(z, 0) if layer else z) @ V[layer].T + c[layer]
        best = max(best, float(np.mean(z.argmax(axis=1) == y)))
        if best == 1:
            break
    return best


@check(
    "fc.overfit",
    hint="Which way is the loss wrong: does it stay at log 10, fall too slowly, or leave the picture?",
)
def settings_fit(student, rng):
    """Fifty pictures that the notebook never shows, learned by heart"""
    given = student.notebook.overfit_settings()
    settings = [float(given["weight_scale"]), float(given["learning_rate"])]
    most = 0.0
    for name in ["shapes10"] + (["cifar10"] if cifar10.find() is not None else []):
        pictures, labels = hidden_split(name, SEED, 50 * DRAWS, flatten=True, dtype=np.float64)
        X = (pictures - pictures.mean(axis=0)) / 64
        with np.errstate(all="ignore"):
            found = [
                fitted(X[k::DRAWS], labels[k::DRAWS], *settings, np.random.default_rng([SEED, k]))
                for k in range(DRAWS)
            ]
        most = max(most, float(np.median(found)))
    if most < 1:
        report = f"leave a five-layer network at {most:.0%} of 50 pictures after {EPOCHS} epochs."
        raise CheckFailed(Finding("these settings", report), credit=0.5 if most >= 0.9 else 0.0)

"""Checks of the functions that are written in two_layer_net.ipynb itself, and of the file it saves."""

import numpy as np

from labkit.checks import check, expect

CORNERS, LABELS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
XOR_SHAPES = {"W1": (2, 2), "b1": (2,), "W2": (2, 2), "b2": (2,)}


@check(
    "two_layer.xor", weight=0.4, hint="One unit for 'at least one is on', one for 'both are on': what then?"
)
def four_corners(student, rng):
    """Right at the four corners"""
    result = student.notebook.xor_network()
    result = expect.items("xor_network()", result, 4, of="arrays")
    W1, b1, W2, b2 = (
        np.asarray(expect.array(name, array, shape), dtype=float)
        for (name, shape), array in zip(XOR_SHAPES.items(), result, strict=True)
    )
    for x, label in zip(CORNERS, LABELS, strict=True):
        hidden = np.maximum(0, W1 @ x + b1)
        scores = W2 @ hidden + b2
        expect.true(
            scores[label] > scores[1 - label],
            f"class {label} should have the larger score.",
            what=f"at the inputs {x[0]:g} and {x[1]:g}",
            expected=f"score {label} larger than score {1 - label}",
            got=f"hidden units {hidden.round(3)}, scores {scores.round(3)}",
        )


@check("two_layer.parameters", weight=0.1, hint="One number for each network.")
def two_counts(student, rng):
    """Two whole numbers, of which the second is larger"""
    counts = expect.items("count_parameters()", student.notebook.count_parameters(), 2, of="numbers")
    for name, count in zip(("3–4–2", "3–4–4–2"), counts, strict=True):
        expect.number(f"the number of parameters of {name}", count, np.rint(float(count)), rtol=0)
    expect.true(
        counts[1] > counts[0] > 0, "should be the larger one.", what="the count of 3–4–4–2", got=counts
    )


def unit_vectors(angles):
    """Angles (N,) as points on the unit circle, (N, 2): a full turn more makes no difference."""
    angles = np.asarray(angles, dtype=float)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@check("two_layer.polar", hint="Which function of NumPy takes both coordinates and so knows the quadrant?")
def known_points(student, rng):
    """(3, 4), its opposite (−3, −4), and the four directions of the axes"""
    X = np.array([[3.0, 4.0], [-3.0, -4.0], [2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]])
    features = expect.array("polar(X)", student.notebook.polar(X), (6, 2), "float")
    expect.several(
        lambda: expect.close("the distances", features[:, 0], [5.0, 5.0, 2.0, 2.0, 2.0, 2.0]),
        lambda: expect.close(
            "cos and sin of the angles",
            unit_vectors(features[:, 1]),
            X / np.array([[5.0], [5.0], [2.0], [2.0], [2.0], [2.0]]),
            atol=1e-7,
        ),
    )


@check(
    "two_layer.collapse",
    hint="Multiply W2 (W1 x + b1) + b2 out: what stands before x, and what has no x?",
)
def same_outputs(student, rng):
    """The same outputs as the two layers, for random examples"""
    D, H, C = 4, 5, 3
    W1, b1 = rng.standard_normal((H, D)), rng.standard_normal(H)
    W2, b2 = rng.standard_normal((C, H)), rng.standard_normal(C)
    W, b = expect.items("collapse(W1, b1, W2, b2)", student.notebook.collapse(W1, b1, W2, b2), 2, of="arrays")
    expect.array("W", W, (C, D), "float")
    expect.array("b", b, (C,), "float")
    X = rng.standard_normal((7, D))
    expect.close(
        "the outputs of the one layer", X @ np.asarray(W).T + np.asarray(b), (X @ W1.T + b1) @ W2.T + b2
    )


def losses(z, y):
    """The squared error and the cross-entropy of sigmoid(z), each (M,)."""
    sigma = 1 / (1 + np.exp(-z))
    return (sigma - y) ** 2 / 2, -y * np.log(sigma) - (1 - y) * np.log(1 - sigma)


@check("two_layer.slopes", weight=2, hint="Chain rule: dL/dz is dL/dσ times dσ/dz, and dσ/dz is σ (1 − σ).")
def measured_slopes(student, rng):
    """Both against finite differences, for either label"""
    z, h = rng.uniform(-4, 4, 9), 1e-5
    for y in (0, 1):
        results = expect.items("slopes(z, y)", student.notebook.slopes(z, y), 2, of="arrays")
        measured = [
            (up - down) / (2 * h) for up, down in zip(losses(z + h, y), losses(z - h, y), strict=True)
        ]
        expect.several(
            *(
                lambda name=name, got=got, goal=goal, y=y: expect.close(
                    f"dL/dz of the {name}, label {y}", got, goal, rtol=1e-5, atol=1e-7
                )
                for name, got, goal in zip(("squared error", "cross-entropy"), results, measured, strict=True)
            )
        )


@check(
    "two_layer.accuracy",
    side=True,
    weight=0.05,
    hint="The notebook saves the four parameters and the mean image that training used.",
)
def saved_network(student, rng):
    """two_layer_best.npz holds W1, b1, W2, b2 and mean"""
    saved = student.saved("two_layer_best.npz")
    for name in ("W1", "b1", "W2", "b2", "mean"):
        expect.true(name in saved, "is missing from two_layer_best.npz.", what=name, got=sorted(saved))
    H = saved["b1"].size
    for name, shape in (("W1", (H, 3072)), ("b1", (H,)), ("W2", (10, H)), ("b2", (10,)), ("mean", (3072,))):
        expect.array(name, saved[name], shape, "float")

"""Hidden checks of what two_layer_net.ipynb asks for, and of the saved network on pictures nobody has seen."""

import tomllib
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
CHANCE = 0.1
STATED = {"shapes10": 0.52, "cifar10": 0.48}
PICTURES = 2000
LARGEST_HIDDEN = 20_000


@check("two_layer.xor", hint="How far apart are the two scores half-way between two corners?")
def near_the_corners(student, rng):
    """Right when every input is off by up to 0.1"""
    result = expect.items("xor_network()", student.notebook.xor_network(), 4, of="arrays")
    W1, b1, W2, b2 = (
        np.asarray(expect.array(name, array, (2,) if name[0] == "b" else (2, 2)), dtype=float)
        for name, array in zip(("W1", "b1", "W2", "b2"), result, strict=True)
    )
    corners = rng.integers(0, 2, (400, 2))
    X = corners + rng.choice([-1.0, 1.0], (400, 2)) * rng.choice([0.1, 0.05, 0.0], (400, 2))
    z = np.einsum("hd,nd->nh", W1, X) + b1
    lead = np.where(z > 0, z, 0) @ (W2[1] - W2[0]) + b2[1] - b2[0]
    right = float(np.mean((lead > 0) == (corners.sum(axis=1) == 1)))
    expect.true(
        right == 1 and np.all(lead != 0),
        "is not right everywhere near the corners.",
        what="the network",
        expected="400 of 400 points",
        got=round(400 * right),
    )


@check("two_layer.parameters", hint="Draw the layers: arrows are weights, and who has a bias?")
def counts(student, rng):
    """The values"""
    small, large = expect.items("count_parameters()", student.notebook.count_parameters(), 2, of="numbers")
    expect.several(
        lambda: expect.number("the number of parameters of 3–4–2", small, 4 * 4 + 5 * 2, rtol=0),
        lambda: expect.number("the number of parameters of 3–4–4–2", large, 4 * 4 + 5 * 4 + 5 * 2, rtol=0),
    )


@check("two_layer.polar", weight=2, hint="Are all four quadrants told apart? Is the angle in radians?")
def points_restored(student, rng):
    """Random points, restored from their distance and angle"""
    for N in (40, 1):
        X = rng.standard_normal((N, 2)) * rng.uniform(0.01, 100, (N, 1))
        r, theta = expect.array("polar(X)", student.notebook.polar(X), (N, 2), "float").astype(float).T
        expect.several(
            lambda r=r, X=X: expect.close("the distances", r**2, X[:, 0] ** 2 + X[:, 1] ** 2, rtol=1e-5),
            lambda theta=theta, X=X: expect.close(
                "the directions of the angles",
                np.exp(1j * theta).view(float).reshape(-1, 2),
                X / np.linalg.norm(X, axis=1, keepdims=True),
                atol=1e-6,
            ),
        )


@check("two_layer.polar", side=True, weight=0.5, hint="What does your formula divide by?")
def origin_and_arguments(student, rng):
    """The origin has the distance 0; X stays as it is"""
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, -1.0]])
    features = expect.unchanged(student, student.notebook.polar, X=X)
    expect.close("the distances", expect.array("polar(X)", features, (3, 2), "float")[:, 0], [0.0, 1.0, 1.0])


@check("two_layer.collapse", weight=2, hint="Which of the four arrays stand before x, and in which order?")
def column_by_column(student, rng):
    """W and b for other sizes, equal ones among them, found by trying unit vectors"""
    for D, H, C in ((6, 2, 5), (3, 3, 3), (1, 4, 2), (4, 1, 1)):
        W1, b1 = rng.standard_normal((H, D)), rng.standard_normal(H)
        W2, b2 = rng.standard_normal((C, H)), rng.standard_normal(C)

        def both(x, W1=W1, b1=b1, W2=W2, b2=b2):
            return W2 @ (W1 @ x + b1) + b2

        at_zero = both(np.zeros(D))
        columns = np.stack([both(unit) - at_zero for unit in np.eye(D)], axis=1)
        result = student.notebook.collapse(W1, b1, W2, b2)
        W, b = expect.items("collapse(W1, b1, W2, b2)", result, 2, of="arrays")
        expect.several(
            lambda W=W, columns=columns: expect.close("W", W, columns, atol=1e-7),
            lambda b=b, at_zero=at_zero: expect.close("b", b, at_zero, atol=1e-7),
        )


@check("two_layer.collapse", side=True, weight=0.5, hint="Only look at the arguments.")
def collapse_looks_only(student, rng):
    """The arguments stay as they are"""
    sizes = {"W1": (5, 4), "b1": (5,), "W2": (3, 5), "b2": (3,)}
    arrays = {name: rng.standard_normal(shape) for name, shape in sizes.items()}
    call = student.notebook.collapse
    expect.unchanged(student, lambda W1, b1, W2, b2: call(W1, b1, W2, b2), **arrays)


def true_slopes(z, y):
    """dL/dz of the squared error and of the cross-entropy, by hyperbolic functions."""
    sigma, bell = (1 + np.tanh(z / 2)) / 2, 1 / (2 * np.cosh(z / 2)) ** 2
    return (sigma - y) * bell, sigma - y


@check("two_layer.slopes", weight=2, hint="Which of the two has the slope of the sigmoid as a factor?")
def slope_values(student, rng):
    """Other inputs, up to ±50"""
    for M in (30, 1):
        z = np.append(rng.uniform(-12, 12, M - 1), rng.choice([-50.0, 50.0]))
        for y in (0, 1):
            result = student.notebook.slopes(z, y)
            squared, cross_entropy = expect.items("slopes(z, y)", result, 2, of="arrays")
            goals = true_slopes(z, y)
            expect.several(
                lambda got=squared, goal=goals[0]: expect.close(
                    "dL/dz of the squared error", got, goal, 1e-5, 1e-12
                ),
                lambda got=cross_entropy, goal=goals[1]: expect.close(
                    "dL/dz of the cross-entropy", got, goal, 1e-5, 1e-12
                ),
            )


@check(
    "two_layer.slopes", side=True, hint="Simplify on paper first: which quotient has 0 in its denominator?"
)
def slopes_far_out(student, rng):
    """z = ±1000: no NaN, and z stays as it is"""
    z = np.array([-1000.0, 1000.0, 0.0])
    for y, pulls in ((0, [0.0, 1.0, 0.5]), (1, [-1.0, 0.0, -0.5])):
        call = student.notebook.slopes
        result = expect.unchanged(student, lambda z, call=call, y=y: call(z, y), z=z)
        squared, cross_entropy = expect.items("slopes(z, y)", result, 2, of="arrays")
        expect.several(
            lambda got=squared, y=y: expect.close(
                "dL/dz of the squared error", got, [0.0, 0.0, (0.5 - y) / 4], atol=1e-9
            ),
            lambda got=cross_entropy, goal=pulls: expect.close(
                "dL/dz of the cross-entropy", got, goal, atol=1e-9
            ),
        )


def usable(saved):
    """W1, b1, W2, b2 and mean as float64, or None where one is missing, misshapen or not finite."""
    H = min(saved["b1"].size if "b1" in saved else 0, LARGEST_HIDDEN)
    shapes = {"W1": (H, 3072), "b1": (H,), "W2": (10, H), "b2": (10,), "mean": (3072,)}
    arrays = []
    for name, shape in shapes.items():
        array = saved.get(name)
        if H == 0 or array is None or array.shape != shape or array.dtype.kind not in "fiu":
            return None
        arrays.append(np.asarray(array, dtype=np.float64))
    return arrays if all(np.isfinite(array).all() for array in arrays) else None


@check(
    "two_layer.accuracy",
    seconds=60,
    hint="Search over the learning rate first, then train the best setting for longer, with more units.",
)
def unseen_pictures(student, rng):
    """Accuracy on pictures that nobody has trained on"""
    arrays = usable(student.saved("two_layer_best.npz"))
    if arrays is None:
        expect.true(
            False,
            "does not hold W1 (H, 3072), b1 (H,), W2 (10, H), b2 (10,) and mean (3072,).",
            what="two_layer_best.npz",
        )
    W1, b1, W2, b2, mean = arrays
    names = ["shapes10"] + (["cifar10"] if cifar10.find() is not None else [])
    best, report = -1.0, ""
    for name in names:
        X, y = hidden_split(name, SEED, PICTURES, flatten=True, dtype=np.float64)
        with np.errstate(all="ignore"):
            scores = np.clip((X - mean) @ W1.T + b1, 0, None) @ W2.T + b2
        accuracy = float(np.mean(np.argmax(scores, axis=1) == y))
        credit = float(np.clip((accuracy - CHANCE) / (STATED[name] - CHANCE), 0, 1))
        if credit > best:
            best = credit
            report = (
                f"classifies {accuracy:.1%} of the pictures correctly, where {STATED[name]:.0%} is asked."
            )
    if best < 1:
        raise CheckFailed(Finding("two_layer_best.npz", report), credit=best)

"""Hidden checks of what softmax.ipynb asks for, and of the saved classifier on pictures nobody has seen."""

import tomllib
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
CHANCE = 0.1
STATED = {"shapes10": 0.37, "cifar10": 0.36}
PICTURES = 2000


@check("softmax.losses_by_hand", hint="Exponentials first, then their sum, then the log.")
def three_losses(student, rng):
    """The values"""
    scores = np.array([2.0, 5.1, -1.3])
    losses = student.notebook.losses_by_hand()
    expected = np.logaddexp.reduce(scores) - scores
    for name, got, goal in zip(("bird", "car", "ship"), losses, expected, strict=True):
        expect.number(f"loss of the {name}", got, goal, rtol=0, atol=0.011)


@check(
    "softmax.loss_curves", hint="Where does each curve begin, how soon does it fall, and where does it end?"
)
def curves_named(student, rng):
    """The right description for each curve"""
    answer = student.notebook.name_the_curves()
    key = {"A": "rate too low", "B": "diverging", "C": "good", "D": "rate too high"}
    right = sum(str(answer.get(letter, "")).strip().lower() == name for letter, name in key.items())
    if right < len(key):
        problem = f"{right} of 4 descriptions are right."
        raise CheckFailed(Finding("name_the_curves()", problem), credit=right / len(key))


@check("softmax.largest_step", hint="By which factor does one step multiply each coordinate?")
def step_limit(student, rng):
    """The value"""
    expect.number("largest_step()", student.notebook.largest_step(), 2 / 22, rtol=0.02)


@check("softmax.as_logistic", weight=2, hint="Which of the two classes is y = 1?")
def same_probabilities(student, rng):
    """The same probabilities for random examples"""
    for D in (1, 6):
        W, b, X = rng.standard_normal((2, D)), rng.standard_normal(2), rng.standard_normal((20, D))
        w, c = student.notebook.as_logistic(W, b)
        expect.array("w", w, (D,), "float")
        odds = np.subtract(*(X @ W.T + b).T[::-1])
        expect.close("w · x + c", X @ np.asarray(w) + float(c), odds)


def hinge(W, b, X, y, reg):
    """Oracle for the multiclass hinge loss, pair by pair."""
    dW, db, total = np.zeros(W.shape), np.zeros(len(b)), 0.0
    for x, right in zip(X, y, strict=True):
        for j in range(len(b)):
            gap = 1 + (W[j] - W[right]) @ x + b[j] - b[right]
            if j != right and gap > 0:
                total += gap
                pull = (np.arange(len(b)) == j).astype(float) - (np.arange(len(b)) == right)
                dW, db = dW + np.outer(pull, x), db + pull
    return total / len(X) + reg / 2 * (W**2).sum(), dW / len(X) + reg * W, db / len(X)


@check(
    "softmax.binary_hinge", weight=2, hint="Whose margin is below one, and in which direction do they pull?"
)
def binary_values(student, rng):
    """Random examples"""
    for N, D in ((12, 5), (1, 3), (8, 1)):
        X, y = rng.standard_normal((N, D)), rng.choice([-1, 1], N)
        w, b = rng.standard_normal(D), float(rng.standard_normal())
        loss, dw, db = student.notebook.binary_hinge(w, b, X, y)
        margins = y * (X @ w + b)
        near = [(-label, -label * x) for margin, label, x in zip(margins, y, X, strict=True) if margin < 1]
        expect.several(
            lambda loss=loss, m=margins: expect.number("loss", loss, np.clip(1 - m, 0, None).mean()),
            lambda dw=dw, near=near, N=N, D=D: expect.close(
                "dw", dw, sum((pull for _, pull in near), np.zeros(D)) / N
            ),
            lambda db=db, near=near, N=N: expect.number("db", db, sum(pull for pull, _ in near) / N),
        )


@check("softmax.binary_hinge", side=True, weight=0.5, hint="Only look at the arguments.")
def binary_looks_only(student, rng):
    """The arguments stay as they are"""
    X, y, w = rng.standard_normal((6, 3)), rng.choice([-1, 1], 6), rng.standard_normal(3)
    expect.unchanged(student, lambda X, y, w: student.notebook.binary_hinge(w, 0.2, X, y), X=X, y=y, w=w)


def hinge_values(student, rng, reg, sizes):
    """Loss and gradients against the oracle, each counting for itself."""
    for N, D, C in sizes:
        W, b, X = rng.standard_normal((C, D)), rng.standard_normal(C), rng.standard_normal((N, D))
        y = rng.integers(0, C, N)
        results = student.notebook.svm_loss(W, b, X, y, reg)
        try:
            expect.several(
                *(
                    lambda name=name, got=got, goal=goal: expect.close(name, got, goal, rtol=1e-5, atol=1e-5)
                    for name, got, goal in zip(
                        ("loss", "dW", "db"), results, hinge(W, b, X, y, reg), strict=True
                    )
                )
            )
        except CheckFailed as failure:  # what is wrong only with a penalty is what this check is about
            raise CheckFailed(*failure.findings, credit=0.0 if reg > 1 else failure.credit) from None


@check("softmax.svm_loss", weight=3, hint="Count the pulls of one example on its right class.")
def hinge_random(student, rng):
    """Random examples"""
    hinge_values(student, rng, 0.0, ((10, 5, 4), (25, 8, 10)))


@check("softmax.svm_loss", weight=3, hint="Half of reg times the squared weights; no biases.")
def hinge_penalty(student, rng):
    """Random examples with regularization"""
    hinge_values(student, rng, 1.3, ((10, 5, 4),))


@check("softmax.svm_loss", hint="C and D are the shape of W, N the length of X.")
def hinge_sizes(student, rng):
    """Unusual sizes"""
    hinge_values(student, rng, 0.3, ((1, 3, 3), (6, 1, 2), (3, 4, 12)))


@check("softmax.svm_loss", side=True, weight=0.5, hint="Only look at the arguments.")
def hinge_looks_only(student, rng):
    """The arguments stay as they are"""
    W, b, X, y = (
        rng.standard_normal((4, 3)),
        rng.standard_normal(4),
        rng.standard_normal((6, 3)),
        np.arange(6) % 4,
    )
    call = student.notebook.svm_loss
    expect.unchanged(student, lambda W, b, X, y: call(W, b, X, y, 0.4), W=W, b=b, X=X, y=y)


def usable(saved):
    """W, b and mean as float64, or None where one is missing, misshapen or not finite."""
    arrays = []
    for name, shape in (("W", (10, 3072)), ("b", (10,)), ("mean", (3072,))):
        array = saved.get(name)
        if array is None or array.shape != shape or array.dtype.kind not in "fiu":
            return None
        arrays.append(np.asarray(array, dtype=np.float64))
    return arrays if all(np.isfinite(array).all() for array in arrays) else None


@check(
    "softmax.accuracy",
    seconds=60,
    hint="Search again over learning rate and regularization, then train the best pair for longer.",
)
def unseen_pictures(student, rng):
    """Accuracy on pictures that nobody has trained on"""
    arrays = usable(student.saved("softmax_best.npz"))
    if arrays is None:
        expect.true(False, "does not hold W (10, 3072), b (10,) and mean (3072,).", what="softmax_best.npz")
    W, b, mean = arrays
    names = ["shapes10"] + (["cifar10"] if cifar10.find() is not None else [])
    best, report = 0.0, ""
    for name in names:
        X, y = hidden_split(name, SEED, PICTURES, flatten=True, dtype=np.float64)
        accuracy = float(np.mean(np.argmax((X - mean) @ W.T + b, axis=1) == y))
        credit = float(np.clip((accuracy - CHANCE) / (STATED[name] - CHANCE), 0, 1))
        if credit >= best:
            best, report = (
                credit,
                f"classifies {accuracy:.1%} of the pictures correctly, where {STATED[name]:.0%} is asked.",
            )
    if best < 1:
        raise CheckFailed(Finding("softmax_best.npz", report), credit=best)

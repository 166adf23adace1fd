"""Hidden checks of the functions of word_window_ner.ipynb, and of the saved classifier on sentences nobody has seen."""

import tomllib
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.data import hidden_sentences, load_sentences

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
STATED, CENTRE_ALONE = 0.93, 0.62
SENTENCES, LARGEST = 1500, 2_000_000


def answers(what, got, goals, rtol=2e-3):
    """Numbers that a function returned, one by one: partial credit."""
    found = expect.items(what, got, len(goals), of="numbers")
    expect.several(
        *(
            lambda n=n, value=value, goal=goal: expect.number(f"number {n} of {what}", value, goal, rtol)
            for n, (value, goal) in enumerate(zip(found, goals, strict=True), 1)
        )
    )


@check("ner.cost", hint="A product of a row of V numbers with a matrix (V, d) takes V · d multiplications.")
def cost(student, rng):
    """The three numbers"""
    answers("cost()", student.notebook.cost(), (5 * 289 * 16, 0, 5))


@check("ner.soft_by_hand", hint="Write −Σ t log p out for the two classes that count.")
def soft(student, rng):
    """The four numbers"""
    half = 0.5 * np.log(1.5) + 0.5 * np.log(3.0)
    entropy = 2 / 3 * np.log(1.5) + 1 / 3 * np.log(3.0)
    answers("soft_by_hand()", student.notebook.soft_by_hand(), (np.log(1.5), np.log(2.0), half, entropy))


@check("ner.pairs", weight=2, hint="Draw from the windows whose label is not 1, all of them alike, with rng.")
def partners_are_drawn(student, rng):
    """Partners change with rng, all other windows serve, and few serve for many"""
    generator = student.function("lambda seed: np.random.default_rng(seed)")
    y = rng.integers(0, 4, 300)
    X = np.column_stack([np.arange(300)] * 5)
    draws = []
    for seed in (1, 1, 2):
        result = student.notebook.pairs(X, y, generator(seed))
        expect.labels("true windows", result[0], X[y == 1])
        rows = expect.array("partners", result[1], (int((y == 1).sum()), 5), "integer")[:, 0]
        expect.true(bool((y[rows] != 1).all()), "have a location in the middle.", what="some partners")
        draws.append(rows)
    expect.labels("partners from the same state of rng", draws[1], draws[0])
    expect.true(not np.array_equal(draws[0], draws[2]), "do not depend on rng.", what="partners")
    expect.true(
        set(y[np.concatenate(draws)].tolist()) == {0, 2, 3}, "are not of all other classes.", what="partners"
    )
    many = np.array([1, 1, 1, 1, 1, 2])
    result = student.notebook.pairs(X[:6], many, generator(4))
    expect.labels("partners where only one window can be", result[1], np.repeat(X[[5]], 5, axis=0))


@check("ner.pairs", weight=1, hint="Is every window without a place as likely as any other, each time anew?")
def partners_alike(student, rng):
    """Of 20 windows each is drawn as often as any other, whatever was drawn before it"""
    places, others = 3000, np.repeat([0, 2, 3], [15, 4, 1])
    y = rng.permutation(np.concatenate([np.ones(places, int), others]))
    X = np.column_stack([np.arange(len(y))] * 3)
    generator = student.function("lambda seed: np.random.default_rng(seed)")
    _, corrupt = student.notebook.pairs(X, y, generator(int(rng.integers(10**6))))
    rows = expect.array("partners", corrupt, (places, 3), "integer")[:, 0]
    expect.true(bool((y[rows] != 1).all()), "have a place in the middle.", what="some partners")
    drawn = np.searchsorted(np.flatnonzero(y != 1), rows)
    steps = np.diff(drawn) % 20  # as evenly spread as the draws themselves, where these are independent
    room = 6 * np.sqrt(0.05 * 0.95 / places)
    for what, found in (
        ("share of a window", drawn),
        ("share of a distance between successive draws", steps),
    ):
        shares = np.bincount(found, minlength=20) / len(found)
        worst = shares[np.abs(shares - 0.05).argmax()]
        expect.number(what, worst, 0.05, 0, room)


@check(
    "ner.without_last",
    weight=2,
    hint="For two classes, the one vector that remains is the difference of the two.",
)
def differences(student, rng):
    """Several numbers of classes"""
    for C in (2, 3, 6):
        W, b = rng.standard_normal((C, 4)), rng.standard_normal(C)
        V, a = student.notebook.without_last(W, b)[0], student.notebook.without_last(W, b)[1]
        expect.close("V", V, np.array([row - W[-1] for row in W[:-1]]))
        expect.close("a", a, np.array([one - b[-1] for one in b[:-1]]))


@check("ner.averaging_weights", weight=2, hint="Every word of the window meets the same numbers.")
def blocks(student, rng):
    """Several widths"""
    for H, d, K in ((3, 4, 5), (2, 5, 3), (6, 1, 7), (4, 3, 1)):
        M = rng.standard_normal((H, d))
        goal = np.array([[M[h, j % d] / K for j in range(K * d)] for h in range(H)])
        expect.close("W", student.notebook.averaging_weights(M, K), goal)


def refuse(problem):
    """End the check: the file cannot be used, and this is why."""
    raise CheckFailed(Finding("window_best.npz", problem))


def usable(saved):
    """The arrays L, W, b, U, c as float64, and the context that they are made for.

    Raises:
        CheckFailed: an array is missing, misshapen or not finite.
    """
    arrays = {name: saved[name] for name in "LWbUc" if name in saved}
    if missing := [name for name in "LWbUc" if name not in arrays]:
        refuse(f"does not hold {', '.join(missing)}.")
    if sum(array.size for array in arrays.values()) > LARGEST:
        refuse(f"holds more than {LARGEST:,} numbers. A smaller classifier will do.")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or array.ndim != (1 if name in "bc" else 2):
            refuse(f"holds {name} as {array.dtype} of shape {array.shape}.")
        arrays[name] = array.astype(np.float64)
        if not np.isfinite(arrays[name]).all():
            refuse(f"holds NaN or infinity in {name}. Did training diverge?")
    L, W, b, U, c = arrays.values()
    V = len(load_sentences(quiet=True).vocabulary)
    if len(L) != V or not L.shape[1]:
        refuse(f"holds L of shape {L.shape}, where there are {V} words.")
    K, rest = divmod(W.shape[1], L.shape[1])
    if rest or K % 2 == 0 or b.shape != (len(W),) or U.shape != (4, len(W)) or c.shape != (4,):
        refuse("holds arrays that do not fit together: W (H, K d), b (H,), U (4, H), c (4,), with L (V, d).")
    return (L, W, b, U, c), K // 2


def mean_f1(y, predicted):
    """The mean F1 of the three kinds of names."""
    both = [
        2 * np.sum((y == k) & (predicted == k)) / max(1, np.sum(y == k) + np.sum(predicted == k))
        for k in (1, 2, 3)
    ]
    return float(np.mean(both))


@check(
    "ner.f1",
    seconds=60,
    hint="More epochs, longer vectors, another rate? What did the validation sentences say?",
)
def unseen_sentences(student, rng):
    """Mean F1 of places, persons and organizations on sentences that nobody has trained on"""
    (L, W, b, U, c), context = usable(student.saved("window_best.npz"))
    sentences = hidden_sentences(SEED, SENTENCES)
    padding = np.zeros(context, int)
    padded = [np.concatenate([padding, sentence.words, padding]) for sentence in sentences]
    X = np.concatenate([np.lib.stride_tricks.sliding_window_view(row, 2 * context + 1) for row in padded])
    y = np.concatenate([sentence.tags for sentence in sentences])
    predicted = []
    for start in range(0, len(X), 2000):
        with np.errstate(all="ignore"):
            x = L[X[start : start + 2000]].reshape(-1, W.shape[1])
            predicted.append(np.argmax(np.tanh(x @ W.T + b) @ U.T + c, axis=1))
    score = mean_f1(y, np.concatenate(predicted))
    if score < STATED:
        credit = float(np.clip((score - CENTRE_ALONE) / (STATED - CENTRE_ALONE), 0, 1))
        problem = f"reaches a mean F1 of {score:.3f} on these sentences, where {STATED} is asked."
        raise CheckFailed(Finding("window_best.npz", problem), credit=credit)

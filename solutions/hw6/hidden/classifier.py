"""Hidden checks of soft cross-entropy, the classifier, its figures, neighbours and projection."""

import math

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SOFT = "Every class of a row counts with its share, and the loss is a mean over the rows."
NET = "Which function gives x, which gives dscores, and what becomes of the gradient of x at the end?"
DOWN = "The true class chooses the row. How large is the table where a class does not occur?"
SHARES = "Which sum is below which of the two? And a class that is never right has what F1?"
FIGURES = "what is returned"
COSINE = "Scale a vector: may its neighbours change? Ask for more neighbours: do the first ones stay?"
PLANE = "Compare with all other directions: along which is the variance largest?"


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.", stacked=False)


def true_soft(scores, targets):
    """Oracle: number by number."""
    total, gradient = 0.0, []
    for row, target in zip(scores.tolist(), targets.tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(score - top) for score in row))
        total += sum(t * (log_sum - score) for score, t in zip(row, target, strict=True))
        gradient.append(
            [(math.exp(score - log_sum) - t) / len(scores) for score, t in zip(row, target, strict=True)]
        )
    return total / len(scores), np.array(gradient)


def distributions(rng, N, C):
    """Rows that add up to 1, some entries of which are zero."""
    rows = rng.uniform(0, 1, (N, C)) * (rng.random((N, C)) < 0.7)
    rows[:, -1] += 0.1
    return rows / rows.sum(axis=1, keepdims=True)


@check("word_window.soft_cross_entropy", weight=4, hint=SOFT)
def soft_values(student, rng):
    """Loss and gradient at several sizes, for hard and soft targets"""
    for N, C in ((5, 4), (1, 3), (8, 2), (3, 9)):
        for targets in (distributions(rng, N, C), np.eye(C)[rng.integers(0, C, N)]):
            scores = 3 * rng.standard_normal((N, C))
            result = student.word_window.soft_cross_entropy(scores, targets)
            loss, dscores = parts(result, 2, "loss and dscores")
            goal, gradient = true_soft(scores, targets)
            expect.number("loss", loss, goal)
            expect.close("dscores", dscores, gradient)


@check(
    "word_window.soft_cross_entropy",
    weight=1,
    side=True,
    hint="What is log of a probability that is too small for a number?",
)
def soft_hopeless(student, rng):
    """The right class is 10,000 behind"""
    scores, targets = np.array([[0.0, 1e4, 5e3]]), np.array([[0.5, 0.0, 0.5]])
    loss, dscores = parts(student.word_window.soft_cross_entropy(scores, targets), 2, "loss and dscores")
    expect.number("loss", loss, 7500.0)
    expect.close("dscores", dscores, [[-0.5, 1.0, -0.5]])


def true_net(params, X, y):
    """Oracle: loss, scores and gradients of the classifier, by einsum and one-hot products."""
    L, W, b, U, c = (np.asarray(params[name], float) for name in "LWbUc")
    K, d = X.shape[1], L.shape[1]
    words = np.eye(len(L))[X]  # (N, K, V)
    W3 = W.reshape(len(W), K, d)
    h = np.tanh(np.einsum("nkv,vd,hkd->nh", words, L, W3) + b)
    scores = np.einsum("nh,ch->nc", h, U) + c
    loss, dscores = true_soft(scores, np.eye(len(c))[y])
    dz = np.einsum("nc,ch->nh", dscores, U) * (1 - h * h)
    grads = {
        "L": np.einsum("nh,hkd,nkv->vd", dz, W3, words),
        "W": np.einsum("nh,nkv,vd->hkd", dz, words, L).reshape(W.shape),
        "b": dz.sum(axis=0),
        "U": np.einsum("nc,nh->ch", dscores, h),
        "c": dscores.sum(axis=0),
    }
    return loss, scores, grads


def own_net(student, params, X, y):
    """The same, built from the student's own layers; None where one of them gives nothing that could be used."""
    L, W, b, U, c = (params[name] for name in "LWbUc")
    layers = student.word_window
    try:
        x, cache = parts(layers.lookup_forward(L, X), 2, "out and the cache")
        expect.array("x", x, (len(X), W.shape[1]), "float")
        expect.true(np.ptp(x, axis=0).max() > 0, "is the same for all windows.")
        h = np.tanh(x @ W.T + b)
        scores = h @ U.T + c
        loss, dscores = parts(layers.soft_cross_entropy(scores, np.eye(len(c))[y]), 2, "loss and dscores")
        expect.true(np.abs(expect.array("dscores", dscores, scores.shape, "float")).max() > 0, "is zero.")
        dz = (dscores @ U) * (1 - h**2)
        dL = expect.array("dL", layers.lookup_backward(dz @ W, cache), L.shape, "float")
        expect.true(np.abs(dL).max() > 0, "is zero.")
    except (StudentError, CheckFailed, ValueError, TypeError):
        return None
    grads = {"L": dL, "W": dz.T @ x, "b": dz.sum(axis=0), "U": dscores.T @ h, "c": dscores.sum(axis=0)}
    return loss, scores, grads


def either(what, got, goals):
    """Equal to one of the goals; the first of them is the truth."""
    for goal in goals[1:]:
        try:
            return expect.close(what, got, goal)
        except CheckFailed:
            continue
    return expect.close(what, got, goals[0])


def gradients(grads, known):
    """Every gradient equal to that of one of the known models; the credit is the share that is right."""
    expect.several(
        *(
            lambda name=name: either(f"gradient of {name}", grads[name], [one[2][name] for one in known])
            for name in "LWbUc"
        )
    )


UNDER = ("word_window.lookup_forward", "word_window.lookup_backward", "word_window.soft_cross_entropy")


def classifier(student, rng, V, C, context, dim, hidden):
    """A classifier with parameters of its own, windows and labels."""
    net = student.word_window.WindowClassifier(V, C, context, dim, hidden, rng=np.random.default_rng(1))
    params = {
        name: value + rng.standard_normal(value.shape) / np.sqrt(value.shape[-1])
        for name, value in dict(net.params).items()
    }
    net.params = params
    N = 7
    return net, params, rng.integers(0, V, (N, 2 * context + 1)), rng.integers(0, C, N)


@check("word_window.loss", weight=4, after=UNDER, hint=NET)
def net_values(student, rng):
    """Scores, loss and every gradient, at several sizes"""
    for sizes in ((8, 4, 2, 3, 6), (3, 2, 0, 4, 5), (5, 3, 1, 2, 1)):
        net, params, X, y = classifier(student, rng, *sizes)
        known = [true_net(params, X, y)]
        if (own := own_net(student, params, X, y)) is not None:
            known.append(own)
        either("scores", net.loss(X), [one[1] for one in known])
        loss, grads = parts(net.loss(X, y), 2, "loss and gradients")
        either("loss", loss, [one[0] for one in known])
        gradients(grads, known)


@check(
    "word_window.loss",
    weight=0.5,
    side=True,
    hint="loss only reads: the windows, the labels and the parameters stay.",
)
def net_reads_only(student, rng):
    """Nothing is changed by asking, and asking twice gives the same"""
    net, params, X, y = classifier(student, rng, 6, 4, 1, 3, 5)
    first, _ = parts(expect.unchanged(student, net.loss, X=X, y=y), 2, "loss and gradients")
    expect.number("loss", first, float(net.loss(X, y)[0]))
    after = net.params
    for name in "LWbUc":
        expect.close(f"params[{name!r}]", after[name], params[name], 0, 0)


@check(
    "word_window.loss",
    weight=0.5,
    side=True,
    after=UNDER,
    hint="Which classes are right, says the y of this call.",
)
def other_labels(student, rng):
    """The same windows with other labels: the loss is another"""
    net, _, X, y = classifier(student, rng, 6, 4, 1, 3, 5)
    for time, goal in (("first", y), ("second", (y + 1) % 4), ("third", y)):
        scores = expect.array("scores", net.loss(X), (7, 4), "float")
        loss, grads = parts(net.loss(X, goal), 2, "loss and gradients")
        known = [true_soft(np.asarray(scores, float), np.eye(4)[goal])]
        try:
            own = parts(student.word_window.soft_cross_entropy(scores, np.eye(4)[goal]), 2, "loss, dscores")
            known.append((own[0], expect.array("dscores", own[1], (7, 4), "float")))
        except (StudentError, CheckFailed):
            pass
        either(f"{time} loss", loss, [one[0] for one in known])
        either(f"{time} gradient of c", grads["c"], [one[1].sum(axis=0) for one in known])


@check("word_window.confusion_matrix", weight=3, hint=DOWN)
def counted_pairs(student, rng):
    """Several sizes, lopsided classes, no word at all, 70,000 words"""
    for N, C in ((40, 4), (9, 2), (200, 6), (0, 3), (70_000, 2)):
        y, predicted = rng.integers(0, C, N), np.minimum(rng.integers(0, C, N), C - 2)
        if N == 70_000:
            y[:] = 1
        goal = [[sum((y == i) & (predicted == j)) for j in range(C)] for i in range(C)]
        expect.labels(
            f"counts of {N} words", student.word_window.confusion_matrix(y, predicted, C), np.array(goal, int)
        )


@check("word_window.precision_recall_f1", weight=3, hint=SHARES)
def figures(student, rng):
    """Several tables, some of them with empty rows and columns"""
    for C, empty in ((4, ()), (2, ()), (3, (1,)), (5, (0, 4)), (1, ())):
        counts = rng.integers(1, 30, (C, C)) if C > 1 else np.ones((1, 1), int)
        for place in empty:
            counts[place] = 0
            if place:
                counts[:, place] = 0
        got = expect.items(FIGURES, student.word_window.precision_recall_f1(counts), 3, of="arrays")
        goals = ([], [], [])
        for k in range(C):
            hit, called, real = int(counts[k, k]), int(counts[:, k].sum()), int(counts[k].sum())
            P, R = hit / called if called else 0.0, hit / real if real else 0.0
            for goal, value in zip(goals, (P, R, 2 * P * R / (P + R) if P + R else 0.0), strict=True):
                goal.append(value)
        for name, one, goal in zip(("precision", "recall", "F1"), got, goals, strict=True):
            expect.close(name, one, np.array(goal))


@check("word_window.precision_recall_f1", weight=0.4, side=True)
def table_stays(student, rng):
    """The table stays as it is"""
    counts = rng.integers(1, 9, (3, 3))
    result = expect.unchanged(student, student.word_window.precision_recall_f1, confusion=counts)
    got = expect.items(FIGURES, result, 3, of="arrays")
    expect.close("precision", got[0], np.diag(counts) / counts.sum(axis=0))


@check("word_window.nearest_words", weight=3, hint=COSINE)
def neighbours(student, rng):
    """Vectors of very different lengths, for several words and numbers of neighbours"""
    L = rng.standard_normal((30, 4)) * np.exp(rng.uniform(-3, 3, (30, 1)))
    for row, k in ((0, 3), (7, 10), (29, 29), (12, 1)):
        cosines = [
            (L[row] @ other / math.sqrt((L[row] @ L[row]) * (other @ other)), -place)
            for place, other in enumerate(L)
        ]
        order = [-place for _, place in sorted(cosines, reverse=True) if -place != row]
        got = student.word_window.nearest_words(L, row, k)
        expect.labels(f"{k} neighbours of row {row}", np.asarray(got), np.array(order[:k]))


@check(
    "word_window.nearest_words",
    weight=0.6,
    side=True,
    hint="The word itself is left out by its number, not by its place or its cosine.",
)
def a_twin(student, rng):
    """A word with the same direction is a neighbour, and L stays as it is"""
    L = rng.standard_normal((6, 3))
    L[2] = 3 * L[5]
    call = student.word_window.nearest_words
    got = expect.unchanged(student, lambda L: call(L, 5, 1), L=L)
    expect.labels("nearest neighbour of row 5", np.asarray(got), np.array([2]))
    expect.labels("nearest neighbour of row 2", np.asarray(call(L, 2, 1)), np.array([5]))


def cloud(rng, V, d):
    """Vectors far from zero, and their coordinates along the two directions, which any iteration can tell apart."""
    while True:
        L = rng.standard_normal((V, d)) * np.linspace(3, 1, d) + 10 * rng.standard_normal(d)
        centred = L - L.mean(axis=0)
        variances, directions = np.linalg.eigh(centred.T @ centred)
        falling = variances[:-4:-1]
        if np.all(falling[1:] < 0.8 * falling[:-1]):
            return L, centred @ directions[:, [-1, -2]]


@check("word_window.principal_plane", weight=3, hint=PLANE)
def coordinates(student, rng):
    """Clouds of several sizes, far from zero; each axis may be turned around"""
    for V, d in ((30, 5), (6, 2), (12, 9)):
        L, goal = cloud(rng, V, d)
        got = expect.array("coordinates", student.word_window.principal_plane(L), (V, 2), "float")
        signs = np.sign(np.sum(np.asarray(got) * goal, axis=0))
        expect.close("coordinates, up to their signs", got, goal * np.where(signs == 0, 1, signs), 1e-5, 1e-6)


@check("word_window.principal_plane", weight=0.3, side=True)
def vectors_stay(student, rng):
    """L stays as it is"""
    L = rng.standard_normal((7, 3))
    got = expect.unchanged(student, student.word_window.principal_plane, L=L)
    expect.array("coordinates", got, (7, 2), "float")

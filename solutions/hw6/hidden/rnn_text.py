"""Hidden checks of the model of text: temperature, loss, gradients, and the letters that it draws."""

import math

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

WARM = "Which axis holds the classes, and what happens to exp for scores of a thousand?"
TEXT = "The state before the first letter is zero; every letter of every sequence counts the same."
STEEP = "The gradients of the loss, whole. What makes them shorter is another function, which comes later."
WRITE = "How often should each letter come, and what does the next step read?"
GRADS = ("Wx", "Wh", "b", "Wy", "by")
SIZES = ((4, 5, 3, 6), (3, 2, 1, 1), (6, 3, 2, 4))  # V, H, N, T


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.")


def true_softmax(scores, temperature):
    """Oracle: powers of the probabilities at temperature 1."""
    top = max(scores)
    powers = [math.exp((score - top) / temperature) for score in scores]
    return np.array(powers) / sum(powers)


@check("rnn.temperature_softmax", weight=3, hint=WARM)
def warm(student, rng):
    """Several shapes and temperatures"""
    for shape in ((5,), (4, 3), (2, 3, 4), (1, 6), (3, 2)):
        for temperature in (0.3, 1.0, 4.0):
            scores = 2 * rng.standard_normal(shape)
            goal = np.array(
                [true_softmax(row, temperature) for row in scores.reshape(-1, shape[-1]).tolist()]
            )
            got = student.rnn.temperature_softmax(scores, temperature)
            expect.close(f"shape {shape}, temperature {temperature}", got, goal.reshape(shape))


@check("rnn.temperature_softmax", weight=0.7, side=True, hint=WARM)
def warm_and_large(student, rng):
    """Large scores at a low temperature, temperatures near 0, and float32"""
    scores = np.array([[3000.0, 2999.0, -3000.0], [-5e4, -5e4, -6e4]])
    got = student.rnn.temperature_softmax(scores, 0.5)
    low = 1 / (1 + math.exp(-2))
    expect.close("probabilities", got, [[low, 1 - low, 0], [0.5, 0.5, 0]])
    got = student.rnn.temperature_softmax(np.array([3.0, 3.0, -90.0], np.float32), 2.0)
    expect.close("probabilities", got, [0.5, 0.5, 0.0], 1e-5)
    for temperature in (0.01, 1e-4):
        got = student.rnn.temperature_softmax(temperature * np.log([4.0, 1.0]), temperature)
        expect.close(f"probabilities at temperature {temperature}", got, [0.8, 0.2])


def true_model(params, X, y):
    """Oracle: loss, scores, and gradients by running every sequence alone, backwards in time."""
    Wx, Wh, b, Wy, by = (np.asarray(params[name], float) for name in GRADS)
    (N, T), scores = X.shape, np.zeros((*X.shape, len(by)))
    grads, total = {name: np.zeros_like(np.asarray(params[name], float)) for name in GRADS}, 0.0
    for n in range(N):
        states = [np.zeros(len(b))]
        for t in range(T):
            states.append(np.tanh(Wx[:, X[n, t]] + Wh @ states[-1] + b))
            scores[n, t] = Wy @ states[-1] + by
        flow = np.zeros(len(b))
        for t in reversed(range(T)):
            p = true_softmax(scores[n, t].tolist(), 1.0)
            total -= math.log(p[y[n, t]])
            p[y[n, t]] -= 1
            p /= N * T
            grads["Wy"] += np.outer(p, states[t + 1])
            grads["by"] += p
            dz = (p @ Wy + flow) * (1 - states[t + 1] ** 2)
            grads["Wx"][:, X[n, t]] += dz
            grads["Wh"] += np.outer(dz, states[t])
            grads["b"] += dz
            flow = dz @ Wh
    return total / (N * T), scores, grads


def own_model(student, params, X, y):
    """The same, with the student's own rnn_forward and rnn_backward; None where these cannot be used."""
    Wx, Wh, b, Wy, by = (params[name] for name in GRADS)
    try:
        inputs, start = np.eye(len(by))[X], np.zeros((len(X), len(b)))
        h, cache = parts(student.rnn.rnn_forward(inputs, start, Wx, Wh, b), 2, "h and the cache")
        h = np.asarray(expect.array("h", h, (*X.shape, len(b)), "float"))
        scores = h @ Wy.T + by
        p = np.exp(scores - scores.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        right = np.eye(len(by))[y]
        dscores = (p - right) / y.size
        _, _, *grads = parts(student.rnn.rnn_backward(dscores @ Wy, cache), 5, "five gradients")
        for grad, like in zip(grads, (Wx, Wh, b), strict=True):
            expect.array("gradient", grad, like.shape, "float")
    except (StudentError, CheckFailed):
        return None
    # In the last step of a run of one, Wh meets the state before it, which is zero.
    if np.ptp(h) == 0 or not all(np.any(grad) for grad in (grads[0], grads[2])):
        return None
    found = dict(zip(("Wx", "Wh", "b"), grads, strict=True))
    found |= {"Wy": np.einsum("ntc,nth->ch", dscores, h), "by": dscores.sum(axis=(0, 1))}
    return -np.log((p * right).sum(axis=2)).mean(), scores, found


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
            for name in GRADS
        )
    )


def writer(student, rng, V, H):
    """A model with parameters of its own."""
    net = student.rnn.CharRNN(V, H, rng=np.random.default_rng(1))
    params = {
        name: value + rng.standard_normal(value.shape) / np.sqrt(value.shape[-1])
        for name, value in dict(net.params).items()
    }
    net.params = params
    return net, params


@check("rnn.loss", weight=4, after=("rnn.forward", "rnn.backward"), hint=TEXT)
def model_values(student, rng):
    """Scores, loss and every gradient, at several sizes"""
    for V, H, N, T in SIZES:
        net, params = writer(student, rng, V, H)
        X, y = rng.integers(0, V, (N, T)), rng.integers(0, V, (N, T))
        known = [true_model(params, X, y)]
        if (own := own_model(student, params, X, y)) is not None:
            known.append(own)
        either("scores", net.loss(X), [one[1] for one in known])
        loss, grads = parts(net.loss(X, y), 2, "loss and gradients")
        either("loss", loss, [one[0] for one in known])
        gradients(grads, known)


@check(
    "rnn.loss",
    weight=0.5,
    side=True,
    hint="Large scores: log of the sum of exp, with the largest score taken out first.",
)
def model_sure(student, rng):
    """A model that is very sure and wrong has a large, finite loss; nothing is changed by asking"""
    net, _ = writer(student, rng, 3, 1)
    sure = {"Wx": np.array([[99.0, -99.0, 0.0]]), "Wh": np.zeros((1, 1)), "b": np.zeros(1)}
    sure |= {
        "Wy": np.array([[4000.0], [0.0], [0.0]]),
        "by": np.zeros(3),
    }  # scores of 4,000, and of −4,000 and 0
    net.params = sure
    X, y = np.array([[0, 1]]), np.array([[1, 1]])
    loss, _ = parts(expect.unchanged(student, net.loss, X=X, y=y), 2, "loss and gradients")
    expect.number("loss", loss, (4000 + np.log(2)) / 2)
    expect.close("params['Wx']", net.params["Wx"], sure["Wx"], 0, 0)


@check("rnn.loss", weight=0.5, side=True, after=("rnn.forward", "rnn.backward"), hint=STEEP)
def steep(student, rng):
    """Large gradients are what they are"""
    X, largest = np.zeros((1, 1), int), 0.0
    while largest < 20:
        net, params = writer(student, rng, 3, 4)
        params = {**params, "Wx": 0.3 * params["Wx"], "b": 0.0 * params["b"], "Wy": 80 * params["Wy"]}
        scores = true_model(params, X, X)[1][0, 0]
        y = np.array([[scores.argmin()]])
        true = true_model(params, X, y)
        largest = max(np.abs(grad).max() for grad in true[2].values())
    net.params = params
    known = [true]
    if (own := own_model(student, params, X, y)) is not None:
        known.append(own)
    _, grads = parts(net.loss(X, y), 2, "loss and gradients")
    gradients(grads, known)


@check(
    "rnn.loss",
    weight=0.5,
    side=True,
    after=("rnn.forward", "rnn.backward"),
    hint="Which letters are right, says the y of this call.",
)
def other_letters_next(student, rng):
    """The same letters with others to come next: the loss is another"""
    net, _ = writer(student, rng, 4, 3)
    X, y = rng.integers(0, 4, (2, 3)), rng.integers(0, 4, (2, 3))
    for time, goal in (("first", y), ("second", (y + 1) % 4), ("third", y)):
        scores = np.asarray(expect.array("scores", net.loss(X), (2, 3, 4), "float"), float)
        loss, grads = parts(net.loss(X, goal), 2, "loss and gradients")
        p = np.exp(scores)
        p /= p.sum(axis=2, keepdims=True)
        right = np.eye(4)[goal]
        expect.number(f"{time} loss", loss, -np.log((p * right).sum(axis=2)).mean())
        expect.close(f"{time} gradient of by", grads["by"], (p - right).sum(axis=(0, 1)) / 6)


def drawn(student, net, first, length, temperature, seed):
    """Letters that the model draws, as an array."""
    generator = student.function("lambda seed: np.random.default_rng(seed)")(int(seed))
    return expect.array("letters", net.sample(first, length, temperature, generator), (length,), "integer")


def own_probabilities(student, scores, temperature):
    """The student's own probabilities where they are some; else the true ones."""
    try:
        p = student.rnn.temperature_softmax(scores, temperature)
        expect.array("p", p, scores.shape, "float")
        good = (np.asarray(p) >= 0).all() and abs(np.sum(p) - 1) < 1e-6
    except (CheckFailed, StudentError):
        good = False
    return np.asarray(p, float) if good else true_softmax(scores.tolist(), temperature)


@check("rnn.sample", weight=3, after=("rnn.step_forward", "rnn.temperature_softmax"), hint=WRITE)
def frequencies(student, rng):
    """Each letter is drawn as often as its probability says, at several temperatures"""
    net, params = writer(student, rng, 3, 4)
    odds, count = np.log([0.6, 0.3, 0.1]), 2500
    net.params = {**params, "Wy": 0.0 * params["Wy"], "by": odds}
    for temperature in (1.0, 0.5, 3.0):
        p = own_probabilities(student, odds, temperature)
        letters = drawn(student, net, 1, count, temperature, rng.integers(10**6))
        shares = np.bincount(letters, minlength=3) / count
        expect.true(len(shares) == 3, "should be from 0 to 2.", what="letters")
        # Within six standard deviations: a right answer fails once in a hundred million times.
        for letter in range(3):
            bound = 6 * math.sqrt(p[letter] * (1 - p[letter]) / count)
            expect.number(
                f"share of letter {letter} at temperature {temperature}", shares[letter], p[letter], 0, bound
            )


@check("rnn.sample", weight=0.5, after=("rnn.step_forward", "rnn.temperature_softmax"), hint=WRITE)
def every_letter(student, rng):
    """Thirty letters with equal scores all occur"""
    net, params = writer(student, rng, 30, 2)
    net.params = {**params, "Wy": 0.0 * params["Wy"], "by": np.zeros(30)}
    expected = np.flatnonzero(own_probabilities(student, np.zeros(30), 1.0) > 0.03)
    letters = drawn(student, net, 7, 900, 1.0, rng.integers(10**6))
    # Of 900 letters, one of thirty is missing once in ten thousand million times.
    missing = np.setdiff1d(expected, letters)
    expect.true(missing.size == 0, "should all occur where their scores are equal.", what="letters")


@check("rnn.sample", weight=2, after=("rnn.step_forward", "rnn.temperature_softmax"), hint=WRITE)
def remembers(student, rng):
    """What is drawn is read, and the state goes on: letters near temperature 0, from every beginning"""
    V, H = 5, 8
    for _ in range(3):
        net, params = writer(student, rng, V, H)
        params = {**params, "Wx": 2 * params["Wx"], "Wh": 1.5 * params["Wh"], "Wy": 3 * params["Wy"]}
        net.params = params
        for first in range(V):
            letters = drawn(student, net, first, 9, 1e-6, rng.integers(10**6))
            read = np.concatenate([[first], letters[:-1]])
            _, scores, _ = true_model(params, read[None], letters[None])
            goals = [scores[0].argmax(axis=1)]
            own = own_model(student, params, read[None], letters[None])
            if own is not None and np.array_equal(letters, own[1][0].argmax(axis=1)):
                continue
            if own_probabilities(student, np.arange(3.0), 1e-6)[2] < 1:
                raise CheckFailed(
                    Finding("", "temperature_softmax does not freeze near temperature 0."), credit=1.0
                )
            expect.labels(f"letters after {first}", letters, goals[0])


@check(
    "rnn.sample",
    weight=0.4,
    side=True,
    hint="Draw from the argument rng alone, and leave the parameters as they are.",
)
def sample_reads_only(student, rng):
    """Writing changes no parameter, a single letter can be asked for, and the same state writes the same"""
    net, params = writer(student, rng, 4, 3)
    drawn(student, net, 0, 1, 1.0, 1)
    first, again = drawn(student, net, 3, 30, 1.3, 8), drawn(student, net, 3, 30, 1.3, 8)
    expect.labels("letters of the same state", again, first)
    expect.true(len(set(first.tolist())) > 1, "are always the same letter.", what="letters")
    after = net.params
    for name in GRADS:
        expect.close(f"params[{name!r}]", after[name], params[name], 0, 0)

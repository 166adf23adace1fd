"""Checks of the network with one hidden layer: worked numbers, properties and gradient checks."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SCORES = ("neural_net.scores",)
LOSS = ("neural_net.scores", "neural_net.loss")
NAMES = ("W1", "b1", "W2", "b2")
ORDER = "Follow one example: W1 and b1 come first, then ReLU, then W2 and b2. Does anything come after that?"
MEAN = "The data loss is a mean over the examples: what divides by N, and what does not?"
PENALTY = "The penalty is half of reg times the sum of all squares, of both W1 and W2. Biases are left out."
STABLE = "Which number may be subtracted from all scores of one example without changing its loss?"
ZERO = "What is exp(-10000) on a computer, and what is the log of that? Which of the two can be spared?"
BACK = "Go backward step by step: scores, W2 and b2, hidden, ReLU, W1 and b1. Each step multiplies by one factor."
SLOPE = "What does the penalty add to the gradient of W1, of W2, and of the biases?"
FRESH = "An array that you make yourself is float64 unless you say otherwise (dtype=...)."


def network(student, params):
    """A student's network with these parameters."""
    (H, D), C = np.shape(params["W1"]), len(params["b2"])
    model = student.neural_net.TwoLayerNet(D, H, C, rng=np.random.default_rng(0))
    model.params = {name: np.array(params[name]) for name in NAMES}
    return model


def parameters(rng, D=4, H=10, C=3):
    """Random parameters of the toy size."""
    return {
        "W1": rng.standard_normal((H, D)),
        "b1": 0.5 * rng.standard_normal(H),
        "W2": rng.standard_normal((C, H)) / 2,
        "b2": 0.5 * rng.standard_normal(C),
    }


def toy(rng, N=5, D=4, C=3):
    """Five examples of four numbers, in three classes."""
    return rng.standard_normal((N, D)), np.arange(N) % C


def constant(student, scores):
    """A network that gives every example these scores: they are its last biases."""
    C = len(scores)
    zero = {"W1": np.zeros((2, 1)), "b1": np.zeros(2), "W2": np.zeros((C, 2)), "b2": np.array(scores, float)}
    return network(student, zero)


def loss_of(model, X, y, reg=0.0):
    """The loss, also where the gradients are not written yet or do not work."""
    try:
        return model.loss(X, y, reg)[0]
    except StudentError as error:
        if error.kind not in ("exception", "not written"):
            raise
        try:
            return model.loss(X, y, reg, backward=False)[0]
        except StudentError:
            raise error from None


def gradients_of(student, result):
    """The dictionary that came with the loss, by value, with a gradient for each parameter."""
    _, grads = result
    expect.true(
        not isinstance(grads, tuple | list), "should be a dictionary.", what="the gradients", got=grads
    )
    grads = student.function("lambda grads: dict(grads)")(grads)
    for name in NAMES:
        expect.true(name in grads, "has no gradient.", what=name, got=sorted(grads))
    return grads


def unless_scores_fail(model, X, right, attempt):
    """A loss that is wrong because its scores are takes no points here: they are taken there."""
    try:
        attempt()
    except CheckFailed as failure:
        scores = np.asarray(model.loss(X))
        meant = scores.shape == np.shape(right) and scores.dtype.kind == "f" and np.isfinite(scores).all()
        if meant and not np.allclose(scores, right, 1e-5, 1e-6):
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


@check("neural_net.scores", hint=ORDER)
def scores_by_hand(student, rng):
    """One input, two hidden units, three classes, to check by hand"""
    params = {
        "W1": [[1.0], [-2.0]],
        "b1": [0.5, 1.0],
        "W2": [[1.0, 0.0], [2.0, -1.0], [-1.0, 3.0]],
        "b2": [0.0, -4.0, 1.0],
    }
    scores = network(student, params).loss(np.array([[1.0], [-1.0], [0.0]]))
    goal = [[1.5, -1.0, -0.5], [0.0, -7.0, 10.0], [0.5, -4.0, 3.5]]
    expect.close("the scores of x = 1, -1 and 0", scores, goal)


@check("neural_net.scores", hint=ORDER)
def scores_of_silent_units(student, rng):
    """Where no hidden unit is active, the scores are the last biases; they have no ReLU of their own"""
    params = parameters(rng)
    X, _ = toy(rng)
    silent = {**params, "b1": np.full(10, -50.0), "b2": np.array([-1.0, 2.0, -3.0])}
    expect.close("the scores", network(student, silent).loss(X), np.tile([-1.0, 2.0, -3.0], (5, 1)))


@check("neural_net.scores", side=True, weight=0.5, hint="Each row of the scores belongs to one row of X.")
def scores_one_by_one(student, rng):
    """One at a time, the examples have the same scores as together"""
    model = network(student, parameters(rng))
    X, _ = toy(rng)
    together = expect.array("the scores", model.loss(X), (5, 3), "float")
    for i in range(5):
        expect.close(f"the scores of example {i} alone", model.loss(X[i : i + 1]), together[i : i + 1], 1e-5)


@check("neural_net.loss", after=SCORES, hint="With equal scores each of the C classes has probability 1/C.")
def loss_at_the_start(student, rng):
    """With tiny weights, the loss is log C"""
    for C in (3, 10):
        model = student.neural_net.TwoLayerNet(4, 10, C, rng=np.random.default_rng(3))
        X, y = rng.standard_normal((8, 4)), rng.integers(0, C, 8)
        expect.number(f"loss with {C} classes", loss_of(model, X, y), np.log(C), rtol=1e-4)


@check("neural_net.loss", after=SCORES, hint="Is the score that is subtracted the one of the right class?")
def loss_by_hand(student, rng):
    """Scores 0, log 2 and log 5: probabilities 1/8, 2/8 and 5/8"""
    model, X = constant(student, np.log([1.0, 2.0, 5.0])), np.ones((2, 1))
    for y, goal in (([0, 0], np.log(8)), ([1, 1], np.log(4)), ([2, 2], np.log(1.6))):
        unless_scores_fail(
            model,
            X,
            np.log([[1.0, 2.0, 5.0]] * 2),
            lambda y=y, goal=goal: expect.number(
                f"loss when class {y[0]} is right", loss_of(model, X, np.array(y)), goal, 1e-5
            ),
        )


@check("neural_net.loss", side=True, weight=0.5, after=SCORES, hint=MEAN)
def loss_is_a_mean(student, rng):
    """A mean: listing every example three times changes nothing"""
    model, (X, y) = network(student, parameters(rng)), toy(rng)
    once, thrice = loss_of(model, X, y, 0.4), loss_of(model, np.tile(X, (3, 1)), np.tile(y, 3), 0.4)
    expect.number("loss of the examples listed three times", thrice, once, rtol=1e-5)


@check("neural_net.loss", weight=1.5, after=SCORES, hint=PENALTY)
def loss_penalty(student, rng):
    """Regularization: weights 3 and 4 in W1, 12 in W2, reg = 2, add 169"""
    params = {
        "W1": [[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]],
        "b1": [-70.0, 5.0, 6.0],
        "W2": [[12.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        "b2": [50.0, 51.0],
    }
    model, X, y = network(student, params), rng.standard_normal((5, 2)), rng.integers(0, 2, 5)
    more = loss_of(model, X, y, 2.0) - loss_of(model, X, y, 0.0)
    expect.number("loss(reg=2) - loss(reg=0)", more, 169.0, rtol=1e-5)


@check("neural_net.loss", weight=2, after=SCORES, hint=STABLE)
def loss_of_large_scores(student, rng):
    """Scores [5000, 4900, 4950] are no trouble, nor is a wildly wrong answer"""
    X = np.ones((1, 1))
    for scores, label, goal, hint in (
        ([5000.0, 4900.0, 4950.0], 0, 0.0, STABLE),
        ([5000.0, 4900.0, 4950.0], 2, 50.0, STABLE),
        ([1e4, 0.0], 1, 1e4, ZERO),
        ([-1e4, -1e4], 1, np.log(2), STABLE),
    ):
        model = constant(student, scores)
        unless_scores_fail(
            model,
            X,
            [scores],
            lambda model=model, label=label, goal=goal, hint=hint, scores=scores: expect.number(
                f"loss at scores {scores} when class {label} is right",
                loss_of(model, X, np.array([label])),
                goal,
                atol=1e-6,
                hint=hint,
            ),
        )
    params = {"W1": [[1000.0]], "b1": [0.0], "W2": [[1.0], [1.0]], "b2": [-2000.0, -2000.0]}
    model, X = network(student, params), np.array([[4.0], [0.0]])
    unless_scores_fail(
        model,
        X,
        [[2000.0] * 2, [-2000.0] * 2],
        lambda: expect.number(
            "loss of two examples, one with both scores at 2000, the other at -2000",
            loss_of(model, X, np.array([0, 1])),
            np.log(2),
            hint="What is subtracted from an example's scores must come from that example alone.",
        ),
    )


def loss_fails(student):
    """Whether worked numbers show that the loss is wrong: then it cannot tell which gradients are right."""
    try:
        at_eighths = loss_of(constant(student, np.log([1.0, 2.0, 5.0])), np.ones((2, 1)), np.array([0, 0]))
        weights = {"W1": [[3.0]], "b1": [-70.0], "W2": [[4.0], [0.0]], "b2": [5.0, 5.0]}
        model, X, y = network(student, weights), np.zeros((1, 1)), np.array([1])
        added = float(loss_of(model, X, y, 2.0)) - float(loss_of(model, X, y, 0.0))
        return abs(float(at_eighths) - np.log(8)) > 1e-4 or abs(added - 25) > 1e-3
    except (StudentError, TypeError, ValueError):
        return True


def coarsely(name, f, x, got, rng):
    """A gradient that was computed in float32, against long steps: short ones drown in its rounding."""
    got = expect.array(name, got, x.shape, "float").astype(np.float64)
    for _ in range(6):
        way = rng.standard_normal(x.shape)
        way /= np.linalg.norm(way)
        rise = (f(x + 0.01 * way) - f(x - 0.01 * way)) / 0.02
        expect.number(f"the slope of the loss that {name} predicts", np.vdot(got, way), rise, 0.03, 0.01)


def follow_the_loss(student, rng, reg, count):
    """The gradients are those of the loss that the same method returns, by finite differences."""
    params, (X, y) = parameters(rng), toy(rng)
    model = network(student, params)
    loss, grads = model.loss(X, y, reg)
    grads = gradients_of(student, (loss, grads))
    single = np.float32 in [getattr(value, "dtype", None) for value in (loss, *grads.values())]

    def loss_at(name, value):
        model.params = {**{key: np.array(one) for key, one in params.items()}, name: np.array(value)}
        return loss_of(model, X, y, reg)

    def slope(name):
        what = f"the gradient of {name}"
        if single:
            return coarsely(what, lambda at: loss_at(name, at), params[name], grads[name], rng)
        options = {"variable": name, "rng": rng, "batch_size": len(X), "reg": reg}
        return expect.gradient(what, lambda at: loss_at(name, at), params[name], grads[name], **options)

    for name in NAMES:
        expect.true(
            loss_at(name, 1 - 2 * params[name]) != loss_at(name, params[name]),
            f"does not depend on {name}.",
            what="the loss",
            hint="The gradients can be checked once the scores and the loss are right.",
        )
    try:
        count(*(lambda name=name: slope(name) for name in NAMES))
    except CheckFailed as failure:
        if loss_fails(student):  # its points are lost there
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise


@check("neural_net.gradients", weight=1.5, after=LOSS, hint=BACK)
def gradients_by_hand(student, rng):
    """One example, two hidden units of which one is active, equal scores: to check by hand"""
    params = {
        "W1": [[1.0, 0.0], [0.0, -1.0]],
        "b1": [1.0, 1.0],
        "W2": [[1.0, 5.0], [-1.0, 5.0]],
        "b2": [-3.0, 3.0],
    }
    model, X, y = network(student, params), np.array([[2.0, 4.0]]), np.array([1])
    grads = gradients_of(student, model.loss(X, y))
    goals = {
        "W1": [[2.0, 4.0], [0.0, 0.0]],
        "b1": [1.0, 0.0],
        "W2": [[1.5, 0.0], [-1.5, 0.0]],
        "b2": [0.5, -0.5],
    }
    try:
        expect.several(
            *(
                lambda name=name: expect.close(
                    f"the gradient of {name}", grads[name], goals[name], 1e-5, 1e-6
                )
                for name in NAMES
            )
        )
    except CheckFailed as failure:
        for name in NAMES:  # what is no gradient at all has no excuse
            expect.array(f"the gradient of {name}", grads[name], np.shape(goals[name]), "float")
        scores = np.asarray(model.loss(X))
        right = scores.shape == (1, 2) and np.allclose(scores, 0.0, atol=1e-5)
        loss = float(loss_of(model, X, y))
        if right and abs(loss - np.log(2)) < 1e-5:
            raise
        raise CheckFailed(*failure.findings, credit=1.0) from None  # other scores or loss: lost there


@check("neural_net.gradients", weight=2, after=LOSS, hint=BACK)
def gradient_check(student, rng):
    """Gradient check without regularization"""
    follow_the_loss(student, rng, 0.0, expect.several)


@check("neural_net.gradients", weight=2.5, after=LOSS, hint=SLOPE)
def gradient_check_with_penalty(student, rng):
    """Gradient check with regularization"""
    follow_the_loss(student, rng, 0.6, whole)


@check("neural_net.gradients", side=True, after=LOSS, hint=FRESH)
def gradients_in_float32(student, rng):
    """float32 in, float32 out; float64 in, float64 out"""
    for dtype in (np.float32, np.float64):
        params = {name: value.astype(dtype) for name, value in parameters(rng).items()}
        X, y = toy(rng)
        grads = gradients_of(student, network(student, params).loss(X.astype(dtype), y, 0.1))
        for name in NAMES:
            what = f"the gradient of {name} when all is {np.dtype(dtype).name}"
            expect.array(what, grads[name], params[name].shape, dtype)


@check(
    "neural_net.gradients",
    side=True,
    weight=0.5,
    after=LOSS,
    hint="Which arrays are in the dictionary: new ones, or some that live on between the calls?",
)
def gradients_stay(student, rng):
    """Gradients that were returned stay as they are at the next call"""
    model, (X, y) = network(student, parameters(rng)), toy(rng)
    result = model.loss(X, y, 0.1)
    first = {name: np.array(value) for name, value in gradients_of(student, result).items()}
    model.loss(-X, y, 0.1)
    returned = gradients_of(student, result)
    for name in NAMES:
        expect.close(f"the gradient of {name}, after another call", returned[name], first[name])


def vote(got, expected):
    """Labels as expected; whether they are an array of integers is a check of its own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)
    expect.labels("labels", got, expected)


@check(
    "neural_net.predict", after=SCORES, hint="One label for each example: which class has the largest score?"
)
def largest_score(student, rng):
    """The class with the largest score"""
    params = {
        "W1": [[1.0, 0.0], [0.0, 1.0]],
        "b1": [0.0, 0.0],
        "W2": [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]],
        "b2": [0.0, 0.0, 0.5],
    }
    model = network(student, params)
    X = np.array([[2.0, 1.0], [-1.0, 3.0], [-2.0, -5.0], [0.1, 0.7]])
    got = model.predict(X)
    try:
        vote(got, [0, 1, 2, 1])
    except CheckFailed:
        scores = np.asarray(model.loss(X))
        if scores.shape != (4, 3) or np.array_equal(scores.argmax(axis=1), [0, 1, 2, 1]):
            raise
        vote(got, scores.argmax(axis=1))


@check("neural_net.predict", side=True, after=SCORES, hint="What is the dtype of the array of labels?")
def predicted_integers(student, rng):
    """Labels are integers in an array, one for each example"""
    model, (X, _) = network(student, parameters(rng)), toy(rng)
    for N in (5, 1):
        got = expect.array("labels", model.predict(X[:N]), (N,), "integer")
        expect.true(np.all((got >= 0) & (got < 3)), "should be 0, 1 or 2.", what="labels", got=got)

"""Checks of training the two-layer network: one step by hand, minibatches, lists, learning rate."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

BEFORE = ("neural_net.scores", "neural_net.loss", "neural_net.gradients", "neural_net.predict")
NAMES = ("W1", "b1", "W2", "b2")
STEP = "All four parameters move, each against its own gradient, as far as learning_rate says."
EPOCH = "How can each example be drawn exactly once in an epoch?"
HISTORY = (
    "Print the three lists after a short run: which of them grow in every iteration, which in every epoch?"
)


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


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def run(model, X, y, X_val, y_val, **settings):
    """Train; the three lists, each as an array."""
    history = model.train(X, y, X_val, y_val, **settings)
    expect.true(
        not isinstance(history, tuple | list | None), "should be a dictionary.", HISTORY, what="the result"
    )
    lists = []
    for name in ("loss_history", "train_accuracy", "val_accuracy"):
        try:
            lists.append(np.array([float(value) for value in history[name]]))
        except StudentError:
            expect.true(False, "is missing from the result of train.", HISTORY, what=name)
        except (KeyError, TypeError, ValueError):
            expect.true(False, "should be in the result of train, a list of numbers.", HISTORY, what=name)
    return lists


def follows_own(student, params, X, y, model, rate):
    """Whether the parameters are one step of this length along the student's own gradients, right or wrong."""
    try:
        grads = gradients_of(student, network(student, params).loss(X, y))
        goals = {name: params[name] - rate * np.asarray(grads[name]) for name in NAMES}
        after = dict(model.params)
        moved = any(np.any(goals[name] != params[name]) for name in NAMES)
        return moved and all(np.allclose(after[name], goals[name], 1e-5, 1e-6) for name in NAMES)
    except (CheckFailed, StudentError, TypeError, ValueError):
        return False


@check("neural_net.train", after=BEFORE, hint=STEP)
def one_step(student, rng):
    """One step that can be checked by hand"""
    params = {
        "W1": np.array([[1.0, 0.0], [0.0, -1.0]]),
        "b1": np.array([1.0, 1.0]),
        "W2": np.array([[1.0, 5.0], [-1.0, 5.0]]),
        "b2": np.array([-3.0, 3.0]),
    }
    goals = {
        "W1": [[0.8, -0.4], [0.0, -1.0]],
        "b1": [0.9, 1.0],
        "W2": [[0.85, 5.0], [-0.85, 5.0]],
        "b2": [-3.05, 3.05],
    }
    X, y = np.array([[2.0, 4.0]]), np.array([1])
    model = network(student, params)
    losses, _, _ = run(
        model, X, y, X, y, learning_rate=0.1, learning_rate_decay=0.5, num_iters=1, batch_size=1, rng=rng
    )
    after = dict(model.params)
    try:
        whole(*(lambda name=name: expect.close(name, after[name], goals[name], 1e-5, 1e-6) for name in NAMES))
        expect.close("loss_history", losses, [np.log(2)], 1e-5)
    except CheckFailed:
        if len(losses) != 1 or not follows_own(student, params, X, y, model, 0.1):
            raise


@check("neural_net.train", weight=2, after=BEFORE, hint=EPOCH)
def every_example_once(student, rng):
    """An epoch takes every example once, and the next epoch in another order"""
    N, batch, H, C = 40, 8, 5, 3
    X, y = np.eye(N), rng.integers(0, C, N)  # example i alone moves column i of W1
    params = {"W1": np.zeros((H, N)), "b1": np.ones(H), "W2": rng.standard_normal((C, H)), "b2": np.zeros(C)}

    def moved(num_iters):
        model = network(student, params)
        settings = {"learning_rate": 0.01, "learning_rate_decay": 1.0, "num_iters": num_iters}
        model.train(X, y, X[:3], y[:3], batch_size=batch, rng=np.random.default_rng(5), **settings)
        return np.array(model.params["W1"])

    first, epoch, more = moved(1), moved(N // batch), moved(N // batch + 1)
    used = np.flatnonzero(np.any(first != 0, axis=0))
    expect.true(
        len(used) > 0,
        "has not moved W1.",
        what="the first step",
        hint="Where is the result of a step stored?",
    )
    expect.true(
        len(used) == batch,
        "does not hold batch_size examples.",
        expected=f"{batch} of the {N} examples",
        got=len(used),
        what="the first minibatch",
        hint="Which rows of X and y go into the gradients?",
    )
    seen = int(np.any(epoch != 0, axis=0).sum())
    expect.true(
        seen == N,
        "some examples were left out, so others came twice.",
        expected=f"{N} different examples in {N // batch} minibatches of {batch}",
        got=seen,
        what="an epoch",
    )
    again = np.flatnonzero(np.any(np.abs(more - epoch) > 1e-12, axis=0))
    expect.true(
        not np.array_equal(used, again),
        "has the same first minibatch as the first epoch.",
        what="the second epoch",
        hint="Draw a new order whenever an epoch begins.",
    )


@check("neural_net.train", side=True, after=BEFORE, hint=HISTORY)
def three_lists(student, rng):
    """One loss for each iteration, two accuracies for each epoch, between 0 and 1"""
    X, y = toy(rng, 12)
    model = network(student, parameters(rng))
    losses, *accuracies = run(model, X, y, X[:7], y[:7], num_iters=9, batch_size=4, rng=rng)
    for name, values, length in zip(
        ("loss_history", "train_accuracy", "val_accuracy"), (losses, *accuracies), (9, 3, 3), strict=True
    ):
        expect.true(
            len(values) == length,
            "has another length (9 iterations, 12 examples, minibatches of 4).",
            expected=str(length),
            got=len(values),
            what=name,
        )
    for name, values, size in zip(("train_accuracy", "val_accuracy"), accuracies, (4, 7), strict=True):
        shares = values * size
        right = np.all((values >= 0) & (values <= 1)) and np.allclose(shares, np.rint(shares), atol=1e-4)
        expect.true(right, f"should hold shares of {size} examples.", what=name, got=values)


@check("neural_net.train", weight=2, after=BEFORE, hint="When does an epoch end, and what changes then?")
def rate_decays(student, rng):
    """The learning rate is multiplied by its factor once an epoch"""
    X, y = np.tile(rng.standard_normal(4), (12, 1)), np.full(12, 2)  # all alike: each minibatch, one gradient
    params = parameters(rng)
    params["b2"] = np.array([2.0, 1.0, -3.0])

    def after(num_iters):
        model = network(student, params)
        settings = {"learning_rate": 1e-4, "learning_rate_decay": 0.25, "num_iters": num_iters}
        model.train(X, y, X[:2], y[:2], batch_size=4, rng=np.random.default_rng(2), **settings)
        return np.array(model.params["b2"], dtype=float)

    places = [params["b2"], *(after(iterations) for iterations in (1, 2, 3, 4, 6, 7))]
    steps = [np.linalg.norm(places[k + 1] - places[k]) for k in (0, 1, 2, 3, 5)]
    expect.true(steps[0] > 0, "has not moved b2.", what="the first step", hint="Where is the result stored?")
    for name, step, goal in zip((2, 3, 4, 7), steps[1:], (1.0, 1.0, 0.25, 0.0625), strict=True):
        what = f"step {name} of {name}"
        expect.true(
            step > 0, "has not moved b2.", "What becomes of the parameters after the last step?", what=what
        )
        expect.number(f"the length of step {name}, divided by that of step 1", step / steps[0], goal, 0.02)


@check("neural_net.train", side=True, after=BEFORE, hint="Draw only from the generator that is passed in.")
def toy_is_learned(student, rng):
    """The toy problem is learned by heart, and the same rng state gives the same run"""
    X, y = 10 * np.random.default_rng(1).standard_normal((5, 4)), np.array([0, 1, 2, 2, 1])
    settings = {"learning_rate": 0.1, "learning_rate_decay": 1.0, "reg": 5e-6, "num_iters": 100}
    runs = []
    for _ in range(2):
        model = student.neural_net.TwoLayerNet(4, 10, 3, std=0.1, rng=np.random.default_rng(0))
        start = {name: np.array(value) for name, value in dict(model.params).items()}
        runs.append(run(model, X, y, X, y, batch_size=2, rng=np.random.default_rng(11), **settings)[0])
    expect.close("the second run's loss_history", runs[1], runs[0])
    losses, _, _ = run(network(student, start), X, y, X, y, batch_size=5, rng=rng, **settings)
    expect.true(len(losses) == 100, "should have one loss for each iteration.", what="loss_history")
    expect.true(
        losses[-1] < 0.02 or like_own_steps(network(student, start), X, y, losses),
        "has not fallen as it should on the toy problem.",
        what="the loss",
        expected="below 0.02",
        got=round(float(losses[-1]), 4),
        hint="Print a parameter and the loss before and after one step: do both move the right way?",
    )


def like_own_steps(model, X, y, losses):
    """Whether these are the losses of steps along the student's own gradients, which then are the ones at fault."""
    try:
        for goal in losses:
            params = dict(model.params)
            loss, grads = model.loss(X, y, 5e-6)
            if not np.isclose(loss, goal, rtol=1e-3, atol=1e-6, equal_nan=True):
                return False
            model.params = {name: params[name] - 0.1 * np.asarray(grads[name]) for name in NAMES}
    except (StudentError, KeyError, TypeError, ValueError):
        return False
    return len(np.unique(losses)) > 1

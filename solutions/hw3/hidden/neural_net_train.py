"""Hidden checks of training the two-layer network: the path it takes, its minibatches, the lists it returns.

A training loop that follows the student's own gradients, right or wrong, is right: those have cost their points.
"""

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

BEFORE = ("neural_net.scores", "neural_net.loss", "neural_net.gradients", "neural_net.predict")
NAMES = ("W1", "b1", "W2", "b2")
PATH = "Every step: gradients at the present parameters, then all four move against them. What enters the gradients?"
ORDER = "Minibatches: each example once per epoch, in an order that rng draws, together with its own label."
DECAY = "When does an epoch end, and when does the learning rate change?"
END = "The last step is the end of training: which parameters does the network have then?"
LISTS = "At the end of an epoch: which examples does each accuracy look at, and with which parameters?"


def network(student, params):
    """A student's network with these parameters."""
    (H, D), C = params["W1"].shape, len(params["b2"])
    model = student.neural_net.TwoLayerNet(D, H, C, rng=np.random.default_rng(4))
    model.params = {name: np.array(params[name]) for name in NAMES}
    return model


def problem(rng, N=14, D=5, H=6, C=3):
    """Random parameters, examples and labels."""
    params = {
        "W1": rng.standard_normal((H, D)),
        "b1": rng.uniform(0, 1, H),
        "W2": rng.standard_normal((C, H)) / 2,
        "b2": rng.standard_normal(C),
    }
    return params, rng.standard_normal((N, D)), rng.integers(0, C, N)


def scores_of(params, X):
    """Oracle: scores."""
    return (
        np.einsum("nh,ch->nc", np.clip(X @ params["W1"].T + params["b1"], 0, None), params["W2"])
        + params["b2"]
    )


def slopes(params, X, y, reg):
    """Oracle: loss and gradients."""
    before, scores = X @ params["W1"].T + params["b1"], scores_of(params, X)
    truth = np.arange(scores.shape[1]) == y[:, None]
    logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    pull = (np.exp(logs) - truth) / len(y)
    down = np.einsum("nc,ch->nh", pull, params["W2"]) * (before > 0)
    grads = {
        "W1": np.einsum("nh,nd->hd", down, X) + reg * params["W1"],
        "b1": down.sum(axis=0),
        "W2": np.einsum("nc,nh->ch", pull, np.clip(before, 0, None)) + reg * params["W2"],
        "b2": pull.sum(axis=0),
    }
    penalty = reg * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2)) / 2
    return -logs[truth].mean() + penalty, grads


class Path:
    """Losses before every step on X, y, and the parameters before the first and after every step.

    `num_iters` steps in all, in so many calls of `train`.
    """

    def __init__(self, slopes_at, params, X, y, rate, num_iters, reg, decay, per_epoch, calls=1):
        self.losses, self.places = [], [{name: np.array(params[name]) for name in NAMES}]
        for step in range(num_iters):
            params = self.places[-1]
            loss, grads = slopes_at(params, X, y, reg)
            length = rate * decay ** (step % (num_iters // calls) // per_epoch)
            self.places.append({name: params[name] - length * np.asarray(grads[name]) for name in NAMES})
            self.losses.append(float(loss))

    def moved(self):
        """Whether this is a path at all."""
        ends = self.places[0], self.places[-1]
        return all(ends[1][name].shape == ends[0][name].shape for name in NAMES) and any(
            np.isfinite(ends[1][name]).all() and not np.allclose(ends[1][name], ends[0][name], 1e-9, 1e-12)
            for name in NAMES
        )


def own_slopes(student):
    """The student's own loss and gradients, as a function like `slopes`."""

    def at(params, X, y, reg):
        loss, grads = network(student, params).loss(X, y, reg)
        return loss, student.function("lambda grads: dict(grads)")(grads)

    return at


def either(student, compare, *setting):
    """`compare` holds for the right path, or for the one along the student's own gradients."""
    try:
        return compare(Path(slopes, *setting))
    except CheckFailed as failure:
        try:
            own = Path(own_slopes(student), *setting)
            if own.moved():
                return compare(own)
        except (CheckFailed, StudentError, KeyError, TypeError, ValueError):
            pass
        raise CheckFailed(*failure.findings, credit=failure.credit) from None


def train(model, X, y, X_val, y_val, **settings):
    """Train; the dictionary that came back."""
    history = model.train(X, y, X_val, y_val, **settings)
    expect.true(not isinstance(history, tuple | list | None), "should be a dictionary.", what="the result")
    return history


def numbers(history, name):
    """One of the lists, as an array."""
    try:
        return np.array([float(value) for value in history[name]])
    except StudentError:
        expect.true(False, "is missing from the result of train.", what=name)
    except (KeyError, TypeError, ValueError):
        expect.true(False, "should be in the result of train, a list of numbers.", what=name)


def arrives(losses, params):
    """Compares losses and parameters with a path."""

    def compare(path):
        try:
            expect.several(
                lambda: expect.close("loss_history", losses, np.array(path.losses), 1e-5, 1e-6),
                *(
                    lambda name=name: expect.close(
                        f"{name} after training", params[name], path.places[-1][name], 1e-5, 1e-6
                    )
                    for name in NAMES
                ),
            )
        except CheckFailed as failure:
            if any(alike(params, place) for place in path.places[1:-1]) and alike_lists(losses, path.losses):
                problem = "are those after an earlier step, and not after the last one."
                raise CheckFailed(Finding("the parameters after training", problem, hint=END)) from None
            raise CheckFailed(*failure.findings) from None

    return compare


def alike_lists(one, other):
    """Equal lists of numbers."""
    return len(one) == len(other) and np.allclose(one, other, 1e-5, 1e-6)


def alike(params, place):
    """The same parameters."""
    return all(
        np.shape(params[name]) == place[name].shape and np.allclose(params[name], place[name], 1e-5, 1e-6)
        for name in NAMES
    )


def follows(student, rng, params, X, y, rate, num_iters, batch_size, reg, decay, *epochs):
    """A run in which every minibatch has the same gradient goes the only possible way (one for each epoch length)."""
    model = network(student, params)
    settings = {"learning_rate": rate, "learning_rate_decay": decay, "reg": reg, "num_iters": num_iters}
    losses = numbers(
        train(model, X, y, X[:2], y[:2], batch_size=batch_size, rng=rng, **settings), "loss_history"
    )
    expect.true(
        len(losses) == num_iters,
        "should have one loss for each iteration.",
        what="loss_history",
        got=len(losses),
    )
    after, failures = dict(model.params), []
    for per_epoch in epochs:
        try:
            either(
                student,
                arrives(losses, after),
                params,
                X[:batch_size],
                y[:batch_size],
                rate,
                num_iters,
                reg,
                decay,
                per_epoch,
            )
            return
        except CheckFailed as failure:
            failures.append(failure)
    raise failures[0]


@check("neural_net.train", after=BEFORE, hint=PATH)
def whole_batches(student, rng):
    """Steps on the whole training set"""
    follows(student, rng, *problem(rng), 0.1, 5, 14, 0.0, 1.0, 1)


@check("neural_net.train", weight=2, after=BEFORE, hint=PATH)
def whole_batches_with_penalty(student, rng):
    """Steps on the whole training set with regularization; every step is an epoch"""
    follows(student, rng, *problem(rng), 0.1, 4, 14, 0.8, 0.7, 1)


@check("neural_net.train", weight=1, after=BEFORE, hint=DECAY)
def batches_of_all(student, rng):
    """More examples asked for than there are, and a single example: every step is an epoch"""
    params, X, y = problem(rng, N=6)
    follows(student, rng, params, X, y, 0.1, 3, 50, 0.1, 0.5, 1)
    follows(student, rng, params, X[:1], y[:1], 0.1, 3, 1, 0.1, 0.5, 1)


@check("neural_net.train", weight=4, after=BEFORE, hint=DECAY)
def decays_by_epochs(student, rng):
    """Examples that are all alike: the learning rate falls after each epoch, and only then"""
    for N, batch, steps in ((12, 4, 8), (15, 3, 11)):
        params, X, _ = problem(rng, N)
        X, y = np.tile(X[:1], (N, 1)), np.full(N, 1)
        follows(student, rng, params, X, y, 0.05, steps, batch, 0.2, 0.4, N // batch)


@check("neural_net.train", weight=0.5, after=BEFORE, hint="What is left when batch_size does not divide N?")
def uneven_epochs(student, rng):
    """An epoch that minibatches do not divide evenly"""
    params, X, _ = problem(rng, 10)
    X, y = np.tile(X[:1], (10, 1)), np.full(10, 1)
    follows(student, rng, params, X, y, 0.05, 7, 4, 0.2, 0.4, 2, 3)
    for N, batch in ((10, 4), (13, 5), (17, 12)):
        y = rng.integers(0, 3, N)
        left, all_in = (used(student, y, steps, batch, 9).sum() for steps in (N // batch, N // batch + 1))
        once = left == N // batch * batch or all_in == N  # full minibatches, or parts of about one size
        expect.true(once, "took an example twice.", what="an epoch", hint=ORDER)


def moves(student, y, num_iters, batch_size, seed):
    """How W1 moves when example i alone can move column i, and the parameters at the start."""
    N, H = len(y), 4
    heads = np.random.default_rng(7)
    params = {
        "W1": np.zeros((H, N)),
        "b1": np.ones(H),
        "W2": heads.standard_normal((3, H)),
        "b2": np.zeros(3),
    }
    model = network(student, params)
    settings = {"learning_rate": 0.01, "learning_rate_decay": 1.0, "num_iters": num_iters}
    model.train(
        np.eye(N), y, np.eye(N)[:2], y[:2], batch_size=batch_size, rng=np.random.default_rng(seed), **settings
    )
    return np.array(dict(model.params)["W1"]), params


def used(student, y, num_iters, batch_size, seed):
    """Which examples have moved W1."""
    return np.any(moves(student, y, num_iters, batch_size, seed)[0] != 0, axis=0)


@check("neural_net.train", weight=0.7, after=BEFORE, hint=ORDER)
def minibatches(student, rng):
    """Minibatches: as many examples as asked for, with their own labels"""
    N, batch = 40, 8
    y = rng.integers(0, 3, N)
    moved, params = moves(student, y, 1, batch, 3)
    rows = np.flatnonzero(np.any(moved != 0, axis=0))
    expect.true(len(rows) == batch, "does not have batch_size examples.", what="a minibatch", got=len(rows))

    def compare(path):
        expect.close("W1 after the first step", moved, path.places[-1]["W1"], 1e-5, 1e-9)

    either(student, compare, params, np.eye(N)[rows], y[rows], 0.01, 1, 0.0, 1.0, 1)


@check("neural_net.train", weight=5, after=BEFORE, hint=ORDER)
def random_order(student, rng):
    """Every example once in an epoch; another generator or another epoch, another order"""
    for N, batch in ((48, 8), (45, 15), (24, 1)):
        seen = used(student, rng.integers(0, 3, N), N // batch, batch, int(rng.integers(1000)))
        expect.true(seen.all(), "left examples out and took others twice.", what="an epoch")
    y = rng.integers(0, 3, 40)
    one, two, again = (used(student, y, 1, 8, seed) for seed in (1, 2, 1))
    expect.true(np.any(one != two), "does not depend on rng.", what="the first minibatch")
    expect.true(
        np.array_equal(one, again),
        "is another one when rng is in the same state.",
        what="the first minibatch",
        hint="Draw from the generator rng that is passed in, not from np.random.",
    )
    expect.true(not one[:8].all(), "is in the order of X.", what="the first minibatch")
    epoch, more = moves(student, y, 5, 8, 1)[0], moves(student, y, 6, 8, 1)[0]
    later = np.any(np.abs(more - epoch) > 1e-12, axis=0)
    expect.true(
        np.any(later != one), "begins like the first one: it needs an order of its own.", what="an epoch"
    )


def share(labels, y):
    return float(np.mean(np.asarray(labels) == y))


def accuracies(student, params, X, y):
    """Accuracies that may be noted: of the right labels, of the student's own labels, of the student's own scores."""
    model, found = network(student, params), [share(scores_of(params, X).argmax(axis=1), y)]
    for labels in (lambda: model.predict(X), lambda: np.argmax(model.loss(X), axis=1)):
        try:
            found.append(share(labels(), y))
        except (StudentError, TypeError, ValueError):
            continue
    return found


def noted(student, history, params, X, y, X_val, y_val, num_iters, per_epoch):
    """Compares the two lists of accuracies with a path; the minibatch's may be taken before or after its step."""

    def compare(path):
        ends = range(per_epoch, num_iters + 1, per_epoch)
        for name, examples, labels, early in (
            ("train_accuracy", X, y, True),
            ("val_accuracy", X_val, y_val, False),
        ):
            values = numbers(history, name)
            expect.true(
                len(values) == len(ends), "should have one number for each epoch.", what=name, got=len(values)
            )
            for place, (value, end) in enumerate(zip(values, ends, strict=True)):
                goals = accuracies(student, path.places[end], examples, labels)
                if early:
                    goals += accuracies(student, path.places[end - 1], examples, labels)
                if not np.isclose(goals, value, atol=1e-4).any():
                    expect.number(f"{name}[{place}]", float(value), goals[0])

    return compare


@check("neural_net.train", side=True, weight=5, after=BEFORE, hint=LISTS)
def accuracies_are_noted(student, rng):
    """The accuracies at the end of each epoch"""
    for N, batch, steps in ((24, 24, 6), (12, 4, 18)):
        params, X, y = problem(rng, N)
        if batch < N:  # all alike: any order is the same
            X, y = np.tile(X[:1], (N, 1)), np.full(N, int(np.argmin(scores_of(params, X[:1]))))
        X_val, y_val = 2 * rng.standard_normal((31, X.shape[1])), rng.integers(0, 3, 31)
        settings = {"learning_rate": 0.3, "learning_rate_decay": 0.8, "num_iters": steps, "batch_size": batch}
        history = train(network(student, params), X, y, X_val, y_val, rng=rng, **settings)
        compare = noted(student, history, params, X, y, X_val, y_val, steps, N // batch)
        either(student, compare, params, X[:batch], y[:batch], 0.3, steps, 0.0, 0.8, N // batch)


@check(
    "neural_net.train",
    side=True,
    weight=1.5,
    after=BEFORE,
    hint="Training owns the parameters, nothing else.",
)
def training_looks_only(student, rng):
    """Training leaves its arguments as they are, in value and in order; its settings have defaults"""
    params, X, y = problem(rng)
    model = network(student, params)
    expect.unchanged(
        student,
        lambda X, y, X_val, y_val: model.train(
            X, y, X_val, y_val, 0.1, 0.9, 0.1, 6, 4, np.random.default_rng(2)
        ),
        X=X,
        y=y,
        X_val=X[:5] + 1,
        y_val=y[:5],
    )
    losses = numbers(train(model, X, y, X, y, num_iters=2), "loss_history")
    expect.true(len(losses) == 2, "should have one loss for each iteration.", what="loss_history without rng")


@check(
    "neural_net.train",
    weight=0.5,
    after=BEFORE,
    hint="Which numbers may outlive a call of train, and which begin anew?",
)
def goes_on(student, rng):
    """A second call goes on where the first one stopped, with the learning rate that it is given"""
    params, X, y = problem(rng)
    model = network(student, params)
    losses = []
    for _ in range(2):
        settings = {"learning_rate": 0.1, "learning_rate_decay": 0.5, "reg": 0.1, "num_iters": 3}
        history = train(model, X, y, X, y, batch_size=14, rng=rng, **settings)
        losses += list(numbers(history, "loss_history"))
    either(student, arrives(np.array(losses), dict(model.params)), params, X, y, 0.1, 6, 0.1, 0.5, 1, 2)

"""Hidden checks of training: the path it takes, the minibatches it draws, what it returns."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

GRADIENTS = ("softmax.fast_loss_and_grad",)
PATH = (
    "Every step: gradients at the present W and b, then W and b move against them. What enters the gradients?"
)
ORDER = "Minibatches: each example once per epoch, in an order that rng draws, together with its own label."


def classifier(student, W, b):
    """A student's classifier with these weights and biases."""
    model = student.softmax.Softmax(W.shape, np.random.default_rng(1))
    model.W, model.b = W, b
    return model


def descent(W, b, X, y, learning_rate, num_iters, reg):
    """Oracle: steps on all examples; the losses before each step, then W and b."""
    truth, losses = np.arange(len(b)) == y[:, None], []
    for _ in range(num_iters):
        scores = np.einsum("nd,cd->nc", X, W) + b
        normalizer = np.logaddexp.reduce(scores, axis=1, keepdims=True)
        losses.append(np.mean((normalizer - scores)[truth]) + reg * np.vdot(W, W) / 2)
        slopes = (np.exp(scores - normalizer) - truth) / len(y)
        W, b = W - learning_rate * (slopes.T @ X + reg * W), b - learning_rate * slopes.sum(0)
    return np.array(losses), W, b


def problem(rng, N=14, D=5, C=3):
    """Random weights, biases, examples and labels."""
    return (
        rng.standard_normal((C, D)),
        rng.standard_normal(C),
        rng.standard_normal((N, D)),
        rng.integers(0, C, N),
    )


def own_descent(student, W, b, X, y, learning_rate, num_iters, reg):
    """The same with the student's own gradients, right or wrong: losses, then W and b; None where they fail."""
    model, losses, start = classifier(student, W, b), [], W
    try:
        for _ in range(num_iters):
            loss, dW, db = model.fast_loss_and_grad(X, y, reg)
            W, b = W - learning_rate * np.asarray(dW), b - learning_rate * np.asarray(db)
            losses.append(float(loss))
            model.W, model.b = W, b
    except (StudentError, TypeError, ValueError):
        return None
    moved = W.shape == start.shape and np.isfinite(W).all() and not np.allclose(W, start)
    return (np.array(losses), W, b) if moved else None


def arrives(student, got, W, b, X, y, learning_rate, num_iters, reg):
    """Losses, W and b after steps on the whole set: with the right gradients, or true to the student's own.

    A wrong gradient has cost its points where it was asked for; a training loop that follows it is right.
    """

    def compare(expected):
        names = ("the history", "W after training", "b after training")
        expect.several(
            *(
                lambda name=name, one=one, goal=goal: expect.close(name, one, goal, rtol=1e-5, atol=1e-6)
                for name, one, goal in zip(names, got, expected, strict=True)
            )
        )

    try:
        compare(descent(W, b, X, y, learning_rate, num_iters, reg))
    except CheckFailed:
        own = own_descent(student, W, b, X, y, learning_rate, num_iters, reg)
        if own is None:
            raise
        try:
            compare(own)
            return
        except CheckFailed:
            pass
        raise


def follows(student, W, b, X, y, learning_rate, num_iters, batch_size, reg, rng):
    """A run in which every minibatch is the whole training set goes the only possible way."""
    model = classifier(student, W, b)
    history = model.train(
        X, y, learning_rate=learning_rate, num_iters=num_iters, batch_size=batch_size, reg=reg, rng=rng
    )
    expect.true(len(history) == num_iters, "should have one loss per iteration.", what="the history")
    got = np.array(history, dtype=float), model.W, model.b
    arrives(student, got, W, b, X, y, learning_rate, num_iters, reg)


@check("softmax.train", weight=2, after=GRADIENTS, hint=PATH)
def whole_batches(student, rng):
    """Steps on the whole training set"""
    W, b, X, y = problem(rng)
    follows(student, W, b, X, y, 0.3, 5, len(X), 0.0, rng)


@check("softmax.train", weight=3.5, after=GRADIENTS, hint=PATH)
def whole_batches_with_penalty(student, rng):
    """Steps on the whole training set with regularization"""
    W, b, X, y = problem(rng)
    follows(student, W, b, X, y, 0.2, 4, len(X), 0.8, rng)


@check(
    "softmax.train",
    weight=1,
    after=GRADIENTS,
    hint="There are no more examples than N: what is then a minibatch?",
)
def larger_than_the_set(student, rng):
    """A minibatch larger than the training set, and a training set of one"""
    W, b, X, y = problem(rng, N=6)
    follows(student, W, b, X, y, 0.3, 3, 50, 0.1, rng)
    follows(student, W, b, X[:1], y[:1], 0.3, 3, 1, 0.1, rng)


def moves(student, y, num_iters, batch_size, seed, C):
    """How W moves when example i alone can move column i, starting from zero."""
    model = classifier(student, np.zeros((C, len(y))), np.zeros(C))
    model.train(np.eye(len(y)), y, 0.01, num_iters, batch_size, 0.0, np.random.default_rng(seed))
    return np.asarray(model.W)


@check("softmax.train", weight=3, after=GRADIENTS, hint=ORDER)
def without_replacement(student, rng):
    """Without replacement within an epoch"""
    for N, batch in ((48, 8), (45, 15), (30, 1)):
        moved = moves(student, rng.integers(0, 3, N), N // batch, batch, int(rng.integers(1000)), 3)
        expect.true(
            np.all(np.any(moved != 0, axis=0)), "left examples out and took others twice.", what="an epoch"
        )


@check("softmax.train", weight=1, after=GRADIENTS, hint=ORDER)
def minibatches(student, rng):
    """Minibatches: as many examples as asked for, with their own labels, weighted by their number"""
    N, batch, C = 40, 8, 4
    y = rng.integers(0, C, N)
    moved = moves(student, y, 1, batch, 3, C)
    used = np.flatnonzero(np.any(moved != 0, axis=0))
    expect.true(len(used) == batch, "does not have batch_size examples.", what="a minibatch")
    expected = np.full((C, batch), -0.01 / C / batch)
    expected[y[used], np.arange(batch)] += 0.01 / batch
    own = own_descent(student, np.zeros((C, N)), np.zeros(C), np.eye(N)[used], y[used], 0.01, 1, 0.0)
    if own is None or not np.allclose(moved, own[1]):
        expect.close("the first step", moved[:, used], expected, rtol=1e-5, hint=ORDER)


@check("softmax.train", weight=3, after=GRADIENTS, hint=ORDER)
def random_order(student, rng):
    """Another generator, another order; another epoch, another order"""
    y = rng.integers(0, 3, 40)
    one, two = (np.any(moves(student, y, 1, 8, seed, 3) != 0, axis=0) for seed in (1, 2))
    expect.true(np.any(one != two), "does not depend on rng.", what="the first minibatch")
    again = np.any(moves(student, y, 1, 8, 1, 3) != 0, axis=0)
    expect.true(
        np.array_equal(one, again),
        "is another one when rng is in the same state.",
        what="the first minibatch",
        hint="Draw from the generator rng that is passed in, not from np.random.",
    )
    expect.true(
        not np.array_equal(np.flatnonzero(one), np.arange(8)), "is in the order of X.", what="the minibatch"
    )
    epoch, more = moves(student, y, 5, 8, 1, 3), moves(student, y, 6, 8, 1, 3)
    again = np.any(np.abs(more - epoch) > 1e-12, axis=0)
    expect.true(
        np.any(again != one), "begins like the first one: it needs an order of its own.", what="an epoch"
    )


@check("softmax.train", weight=0.5, after=GRADIENTS, hint="What is left when batch_size does not divide N?")
def uneven_epochs(student, rng):
    """An epoch that minibatches do not divide evenly"""
    centres = 4 * np.eye(3)
    for N, batch in ((10, 4), (13, 5), (17, 12)):
        y = np.arange(N) % 3
        X = centres[y] + 0.1 * rng.standard_normal((N, 3))
        model = classifier(student, np.zeros((3, 3)), np.zeros(3))
        history = np.array(model.train(X, y, 0.2, 50, batch, 0.0, rng), dtype=float)
        expect.array("the history", history, (50,))
        expect.true(history[-1] < 0.3, "has not fallen as it should.", what="the loss")
        used, all_used = (
            int(np.any(moves(student, y, steps, batch, 9, 3) != 0, axis=0).sum())
            for steps in (N // batch, N // batch + 1)
        )
        once = used == N // batch * batch or all_used == N  # full minibatches, or parts of about one size
        expect.true(once, "took an example twice.", what="an epoch", hint=ORDER)


@check("softmax.train", side=True, weight=2, after=GRADIENTS, hint="Training owns W and b, nothing else.")
def training_looks_only(student, rng):
    """Training leaves X and y as they are, in value and in order"""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    expect.unchanged(
        student, lambda X, y: model.train(X, y, 0.1, 6, 4, 0.1, np.random.default_rng(2)), X=X, y=y
    )
    history = model.train(X, y, learning_rate=0.1, num_iters=2)
    expect.true(len(history) == 2, "should have one loss per iteration.", what="the history without rng")


@check("softmax.train", after=GRADIENTS, hint="Training twice for 3 iterations is as good as once for 6.")
def goes_on(student, rng):
    """A second call goes on where the first one stopped"""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    first = model.train(X, y, 0.2, 3, len(X), 0.1, rng)
    second = model.train(X, y, 0.2, 3, len(X), 0.1, rng)
    got = np.array([*first, *second], dtype=float), model.W, model.b
    arrives(student, got, W, b, X, y, 0.2, 6, 0.1)

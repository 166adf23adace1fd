"""Hidden checks of training: the path it takes, the minibatches it draws, what it returns."""

import numpy as np

from labkit.checks import check, expect

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


def follows(student, W, b, X, y, learning_rate, num_iters, batch_size, reg, rng):
    """A run in which every minibatch is the whole training set goes the only possible way."""
    model = classifier(student, W, b)
    history = model.train(
        X, y, learning_rate=learning_rate, num_iters=num_iters, batch_size=batch_size, reg=reg, rng=rng
    )
    losses, weights, biases = descent(W, b, X, y, learning_rate, num_iters, reg)
    expect.true(len(history) == num_iters, "should have one loss per iteration.", what="the history")
    expect.several(
        lambda: expect.close("the history", np.array(history, dtype=float), losses),
        lambda: expect.close("W after training", model.W, weights),
        lambda: expect.close("b after training", model.b, biases),
    )


@check("softmax.train", weight=2, after=GRADIENTS, hint=PATH)
def whole_batches(student, rng):
    """Steps on the whole training set"""
    W, b, X, y = problem(rng)
    follows(student, W, b, X, y, 0.3, 5, len(X), 0.0, rng)


@check("softmax.train", after=GRADIENTS, hint=PATH)
def whole_batches_with_penalty(student, rng):
    """Steps on the whole training set with regularization"""
    W, b, X, y = problem(rng)
    follows(student, W, b, X, y, 0.2, 4, len(X), 0.8, rng)


@check(
    "softmax.train",
    weight=0.5,
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


@check("softmax.train", weight=2, after=GRADIENTS, hint=ORDER)
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
    expect.close("the first step", moved[:, used], expected, hint=ORDER)


@check("softmax.train", weight=1, after=GRADIENTS, hint=ORDER)
def random_order(student, rng):
    """Another generator, another order; another epoch, another order"""
    y = rng.integers(0, 3, 40)
    one, two = (np.any(moves(student, y, 1, 8, seed, 3) != 0, axis=0) for seed in (1, 2))
    expect.true(np.any(one != two), "does not depend on rng.", what="the first minibatch")
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
    for N, batch in ((10, 4), (13, 5), (7, 6)):
        y = np.arange(N) % 3
        X = centres[y] + 0.1 * rng.standard_normal((N, 3))
        model = classifier(student, np.zeros((3, 3)), np.zeros(3))
        history = np.array(model.train(X, y, 0.2, 50, batch, 0.0, rng), dtype=float)
        expect.array("the history", history, (50,))
        expect.true(history[-1] < 0.3, "has not fallen as it should.", what="the loss")
        moved = moves(student, y, N // batch, batch, 9, 3)
        used = int(np.any(moved != 0, axis=0).sum())
        expect.true(used == N // batch * batch, "took an example twice.", what="an epoch", hint=ORDER)


@check("softmax.train", side=True, weight=0.5, after=GRADIENTS, hint="Training owns W and b, nothing else.")
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
    losses, weights, _ = descent(W, b, X, y, 0.2, 6, 0.1)
    expect.close("the losses of both calls", np.array([*first, *second], dtype=float), losses)
    expect.close("W after both calls", model.W, weights)

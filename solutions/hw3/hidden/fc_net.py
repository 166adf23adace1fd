"""Hidden checks of the fully connected networks.

A network is right if it computes what it should, and also if it computes what the student's own layers give: a
mistake in a layer is paid for there.
"""

from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

AFFINE = ("layers.affine_forward", "layers.relu_forward")
ALL = (*AFFINE, "layers.affine_backward", "layers.relu_backward", "layers.softmax_loss")
ORDER = "Follow one example through the layers: in which order, and what comes after the last affine layer?"
PENALTY = "The penalty is half of reg times the sum of squares of every W, and of no b."
BACK = "Which gradient does each layer get from above, and which cache belongs to it?"
REG_GRADIENT = "Does every W get its part of the penalty, once, and no b?"
SCALE = "The constructor has an argument for the size of the weights, and one for where they are drawn from."
PURE = "Is there a line such as a += … or a[…] = … where a is X, a parameter, or the memory of one?"
AGAIN = "Everything that loss needs comes from this call's arguments and the present parameters."
KEEP = "An array that you make yourself is float64 unless you say otherwise."
COST = "Loss and gradients together cost a few times as much as the loss. Which formula did you derive?"
BARE = "lambda Net: Net.__new__(Net)"


def parameters(rng, *sizes):
    """Random parameters of a network with these sizes, from input to classes."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)
        params[f"b{layer}"] = 0.3 * rng.standard_normal(outputs)
    return params


def network(student, params, reg=0.0, kind="FullyConnectedNet", dtype="float64"):
    """A student's network with these parameters. Where its own start fails, only that question's share is lost."""
    L = len(params) // 2
    sizes = [params["W1"].shape[1], *(len(params[f"b{layer}"]) for layer in range(1, L + 1))]
    Net, precision = getattr(student.fc_net, kind), student.function(f"lambda: np.{dtype}")()
    middle = [sizes[1:-1], sizes[0]] if kind == "FullyConnectedNet" else sizes[:-1]
    settings = {"reg": reg, "weight_scale": 0.1, "rng": np.random.default_rng(4), "dtype": precision}
    try:
        model = Net(*middle, sizes[-1], **settings)
    except StudentError as error:
        if error.kind not in ("exception", "not written"):
            raise
        Net.without_its_start = student.function(BARE)
        model = Net.without_its_start(Net)
        model.num_layers, model.reg, model.dtype = L, reg, precision
    model.params = {name: np.array(value, dtype=dtype) for name, value in params.items()}
    return model


def oracle(params, X, y=None, reg=0.0):
    """Scores, or loss and gradients, in float64; biases ride along as the weights of an input that is always 1."""
    L = len(params) // 2
    rows = np.stack([example.ravel() for example in np.asarray(X, float)])
    stacked = [np.c_[params[f"W{layer}"], params[f"b{layer}"]].astype(float) for layer in range(1, L + 1)]
    inputs = []
    for layer, V in enumerate(stacked):
        inputs.append(np.c_[rows * (rows > 0) if layer else rows, np.ones(len(rows))])
        rows = np.einsum("nd,md->nm", inputs[-1], V)
    if y is None:
        return rows
    truth = np.arange(rows.shape[1]) == np.asarray(y)[:, None]
    logs = rows - np.logaddexp.reduce(rows, axis=1)[:, None]
    pull, grads, loss = (np.exp(logs) - truth) / len(rows), {}, -logs[truth].mean()
    for layer in range(L, 0, -1):
        V, W = stacked[layer - 1], params[f"W{layer}"]
        slopes = np.einsum("nm,nd->md", pull, inputs[layer - 1])
        grads[f"W{layer}"], grads[f"b{layer}"] = slopes[:, :-1] + reg * W, slopes[:, -1]
        pull = (pull @ V * (inputs[layer - 1] > 0))[:, :-1]
        loss += reg * np.vdot(W, W) / 2
    return loss, grads


def own(student, params, X, y=None, reg=0.0):
    """The same from the student's own layers, where these return something at all."""
    layers, L, caches, out = student.layers, len(params) // 2, [], X
    for layer in range(1, L + 1):
        if layer > 1:
            out, cache = layers.relu_forward(out)
            caches.append((layers.relu_backward, cache, None))
        out, cache = layers.affine_forward(out, params[f"W{layer}"], params[f"b{layer}"])
        caches.append((layers.affine_backward, cache, layer))
    if y is None:
        return out
    loss, upstream = layers.softmax_loss(out, y)
    grads = {}
    for backward, cache, layer in reversed(caches):
        if layer is None:
            upstream = backward(upstream, cache)
        else:
            upstream, dW, grads[f"b{layer}"] = backward(upstream, cache)
            grads[f"W{layer}"] = dW + reg * params[f"W{layer}"]
            loss = loss + reg / 2 * np.sum(params[f"W{layer}"] ** 2)
    return loss, grads


class Truth:
    """What a network should return: what is right, or what the student's own layers give."""

    def __init__(self, student, params, X, y=None, reg=0.0):
        self.right, self._asked = oracle(params, X, y, reg), (student, params, X, y, reg)
        self._own = ()

    def holds(self, what, got, pick=lambda result: result, hint=None):
        """`got` is the part of the result that `pick` takes."""
        goal = pick(self.right)
        try:
            near(what, got, goal, hint)
        except CheckFailed:
            if not self._like_own(got, pick):
                raise

    def _like_own(self, got, pick):
        try:
            if not self._own:
                self._own = (own(*self._asked),)
            mine, found = np.asarray(pick(self._own[0]), float), np.asarray(got, float)
        except Exception:  # of the student's making
            return False
        scale = max(1.0, float(np.nanmax(np.abs(mine), initial=0.0)))
        return mine.shape == found.shape and np.allclose(found, mine, 1e-5, 1e-5 * scale)


def near(name, got, goal, hint=None):
    """Equal up to the rounding of float32."""
    scale = max(1.0, float(np.max(np.abs(goal), initial=0.0)))
    expect.close(name, got, goal, rtol=1e-5, atol=1e-5 * scale, hint=hint)


def gradients_of(student, result, params):
    """The dictionary that `loss` returned, by value, with a gradient for every parameter."""
    _, grads = result
    expect.true(
        not isinstance(grads, tuple | list), "should be a dictionary.", what="the gradients", got=grads
    )
    grads = student.function("lambda grads: dict(grads)")(grads)
    for name in params:
        expect.true(name in grads, "has no gradient.", what=name, got=sorted(grads))
    return grads


def situations(rng, *middles):
    """Parameters, examples and labels: pictures, rows, one example, labels that leave classes out."""
    for place, middle in enumerate(middles):
        shape, C = (((6, 7), 4), ((5, 2, 3, 2), 6), ((1, 5), 3), ((3, 2, 4), 2))[place % 4]
        params = parameters(rng, int(np.prod(shape[1:])), *middle, C)
        yield params, rng.standard_normal(shape), rng.integers(0, max(2, C // 2), shape[0])


def scores_hold(student, rng, kind, *middles):
    """Scores of X alone, for pictures and rows."""
    for params, X, _ in situations(rng, *middles):
        scores = network(student, params, 0.3, kind).loss(X)
        Truth(student, params, X).holds("the scores", scores)


def losses_hold(student, rng, kind, reg, *middles):
    """The loss."""
    for params, X, y in situations(rng, *middles):
        loss, _ = network(student, params, reg, kind).loss(X, y)
        Truth(student, params, X, y, reg).holds("loss", loss, lambda result: result[0])


def gradients_hold(student, rng, kind, reg, *middles):
    """Every gradient; the credit is the share of networks in which all are right."""
    for params, X, y in situations(rng, *middles):
        truth = Truth(student, params, X, y, reg)
        grads = gradients_of(student, network(student, params, reg, kind).loss(X, y), params)
        for name in params:
            truth.holds(f"the gradient of {name}", grads[name], lambda result, name=name: result[1][name])


def looks_only(student, rng, kind, sizes):
    """Neither X, y nor the parameters change, and a second call gives the same."""
    params, X, y = parameters(rng, *sizes), rng.standard_normal((5, sizes[0])), rng.integers(0, sizes[-1], 5)
    model = network(student, params, 0.4, kind)
    first = expect.unchanged(student, lambda X, y: model.loss(X, y), PURE, X=X, y=y)
    after = dict(model.params)
    for name, value in params.items():
        expect.close(f"the parameter {name} afterwards", after.get(name), value, hint=PURE)
    again = model.loss(X, y)
    expect.number("the loss at the second call", again[0], first[0])
    grads = [gradients_of(student, result, params) for result in (first, again)]
    for name in params:
        expect.close(f"the gradient of {name} at the second call", grads[1][name], grads[0][name], hint=PURE)


def counts_anew(student, rng, kind, sizes):
    """Other labels, and other examples, of the same shapes in the same network."""
    params, X, y = parameters(rng, *sizes), rng.standard_normal((5, sizes[0])), rng.integers(0, sizes[-1], 5)
    model = network(student, params, 0.4, kind)
    model.loss(X, y)
    for examples, labels in ((X, (y + 1) % sizes[-1]), (-X, (y + 2) % sizes[-1])):
        truth = Truth(student, params, examples, labels, 0.4)
        result = model.loss(examples, labels)
        truth.holds("the loss at another call", result[0], lambda result: result[0])
        grads = gradients_of(student, result, params)
        for name in params:
            what = f"the gradient of {name} at another call"
            truth.holds(what, grads[name], lambda result, name=name: result[1][name])


def stays_float32(student, rng, kind, sizes):
    """Gradients and scores of a float32 network are float32, unless the student's own layers make them wider."""
    params = {name: value.astype(np.float32) for name, value in parameters(rng, *sizes).items()}
    X, y = rng.standard_normal((5, sizes[0])).astype(np.float32), rng.integers(0, sizes[-1], 5)
    model = network(student, params, 0.4, kind, "float32")
    try:
        expect.array("the scores", model.loss(X), (5, sizes[-1]), np.float32, hint=KEEP)
        for name, got in gradients_of(student, model.loss(X, y), params).items():
            expect.array(f"the gradient of {name}", got, params[name].shape, np.float32, hint=KEEP)
    except CheckFailed:
        try:
            scores, mine = own(student, params, X), own(student, params, X, y)[1]
            single = all(value.dtype == np.float32 for value in (scores, *mine.values()))
        except Exception:  # of the student's making
            single = False
        if single:
            raise


def starts(make, sizes):
    """Weights are normally distributed with the standard deviation asked for, each drawn anew; biases are zero."""
    layers = range(1, len(sizes))
    for scale in (0.5, 2e-3):
        params = dict(make(weight_scale=scale, rng=np.random.default_rng(8)).params)
        for layer in layers:
            W = (
                expect.array(f"W{layer}", params[f"W{layer}"], (sizes[layer], sizes[layer - 1]), "float")
                / scale
            )
            near(f"b{layer}", params[f"b{layer}"], np.zeros(sizes[layer]))
            off = 5 / np.sqrt(W.size)
            expect.number(f"std of W{layer}, divided by weight_scale", W.std(), 1.0, rtol=off)
            expect.number(f"mean of W{layer}, divided by weight_scale", W.mean(), 0.0, atol=off)
            tails = float(np.mean(np.abs(W) > 1.8))
            expect.true(0.03 < tails < 0.13, "is not normally distributed.", what=f"W{layer}")
        heads = [np.asarray(params[f"W{layer}"]).ravel()[:4] for layer in layers]
        for one, other in pairwise(heads):
            expect.true(
                not np.allclose(one, other), "have the same numbers.", what="the weights of two layers"
            )


def draws(make):
    """Another state of rng gives other weights, the same state the same."""
    first, same, other = (np.asarray(make(rng=np.random.default_rng(s)).params["W1"]) for s in (3, 3, 4))
    expect.close("W1 from the same state of rng", same, first)
    expect.true(not np.allclose(first, other), "is the same for another state of rng.", what="W1")


def derived(student, rng, kind):
    """Right where weights are few, the gradients are also right, and in time, where they are many."""

    def right(D):
        params = parameters(rng, D, 10, 3)
        X, y = rng.standard_normal((2, D)), np.array([0, 2])
        try:
            got = student.function("lambda result: result[1]['W1']")(
                network(student, params, 0.1, kind).loss(X, y)
            )
            Truth(student, params, X, y, 0.1).holds("W1", got, lambda result: result[1]["W1"])
        except CheckFailed:
            return False
        except StudentError as error:
            if error.kind in ("exception", "not written"):
                return False
            raise
        return True

    several = [right(D) for D in (3, 6)]
    expect.true(right(20_000) or not all(several), "are right for few weights only.", what="the gradients")


TWO, DEEP = "TwoLayerNet", "FullyConnectedNet"
HIDDEN = ([5], [9], [4], [3])  # one hidden layer
SEVERAL = ([6, 5], [9, 8, 7, 5], [4, 6, 2], [7])


@check("fc_net.two_layer", weight=3, hint=SCALE)
def two_layer_start(student, rng):
    """The weights at the start"""
    starts(lambda **settings: student.fc_net.TwoLayerNet(60, 40, 30, **settings), (60, 40, 30))
    draws(lambda **settings: student.fc_net.TwoLayerNet(6, 4, 3, **settings))


@check("fc_net.two_layer", weight=2, after=AFFINE, hint=ORDER)
def two_layer_scores(student, rng):
    """The scores, for pictures and rows"""
    scores_hold(student, rng, TWO, *HIDDEN)


@check("fc_net.two_layer", after=(*AFFINE, "layers.softmax_loss"), hint=ORDER)
def two_layer_loss(student, rng):
    """The loss without regularization"""
    losses_hold(student, rng, TWO, 0.0, *HIDDEN)


@check("fc_net.two_layer", weight=2.5, after=(*AFFINE, "layers.softmax_loss"), hint=PENALTY)
def two_layer_penalty(student, rng):
    """The loss with regularization"""
    losses_hold(student, rng, TWO, 0.8, *HIDDEN)


@check("fc_net.two_layer", weight=2, after=ALL, hint=BACK)
def two_layer_gradients(student, rng):
    """The gradients without regularization"""
    gradients_hold(student, rng, TWO, 0.0, *HIDDEN)


@check("fc_net.two_layer", weight=3, after=ALL, hint=REG_GRADIENT)
def two_layer_gradients_with_penalty(student, rng):
    """The gradients with regularization"""
    gradients_hold(student, rng, TWO, 0.8, *HIDDEN)


@check("fc_net.two_layer", side=True, weight=1.5, after=ALL, hint=PURE)
def two_layer_looks_only(student, rng):
    """Examples, labels and parameters stay as they are"""
    looks_only(student, rng, TWO, (6, 5, 3))


@check("fc_net.two_layer", weight=1, after=ALL, hint=AGAIN)
def two_layer_again(student, rng):
    """Other labels and other examples, with the same network"""
    counts_anew(student, rng, TWO, (6, 5, 3))


@check("fc_net.two_layer", side=True, after=ALL, hint=KEEP)
def two_layer_float32(student, rng):
    """float32 stays float32"""
    stays_float32(student, rng, TWO, (6, 5, 3))


@check("fc_net.two_layer", gate=True, side=True, weight=0.01, seconds=8, hint=COST)
def two_layer_is_derived(student, rng):
    """The gradients are derived, not measured: 200,000 weights"""
    derived(student, rng, TWO)


@check("fc_net.deep", weight=3, hint=SCALE)
def deep_start(student, rng):
    """The weights at the start"""
    deep = student.fc_net.FullyConnectedNet
    starts(lambda **settings: deep([50, 40, 35], 60, 30, **settings), (60, 50, 40, 35, 30))
    draws(lambda **settings: deep([5, 4], 6, 3, **settings))


@check("fc_net.deep", weight=2, after=AFFINE, hint=ORDER)
def deep_scores(student, rng):
    """The scores of two, three, four and five layers"""
    scores_hold(student, rng, DEEP, *SEVERAL)


@check("fc_net.deep", after=(*AFFINE, "layers.softmax_loss"), hint=ORDER)
def deep_loss(student, rng):
    """The loss without regularization"""
    losses_hold(student, rng, DEEP, 0.0, *SEVERAL)


@check("fc_net.deep", weight=2.5, after=(*AFFINE, "layers.softmax_loss"), hint=PENALTY)
def deep_penalty(student, rng):
    """The loss with regularization"""
    losses_hold(student, rng, DEEP, 0.8, *SEVERAL)


@check("fc_net.deep", weight=2, after=ALL, hint=BACK)
def deep_gradients(student, rng):
    """The gradients without regularization"""
    gradients_hold(student, rng, DEEP, 0.0, *SEVERAL)


@check("fc_net.deep", weight=3, after=ALL, hint=REG_GRADIENT)
def deep_gradients_with_penalty(student, rng):
    """The gradients with regularization"""
    gradients_hold(student, rng, DEEP, 0.8, *SEVERAL)


@check("fc_net.deep", side=True, weight=1.5, after=ALL, hint=PURE)
def deep_looks_only(student, rng):
    """Examples, labels and parameters stay as they are"""
    looks_only(student, rng, DEEP, (6, 5, 4, 3))


@check("fc_net.deep", weight=1, after=ALL, hint=AGAIN)
def deep_again(student, rng):
    """Other labels and other examples, with the same network"""
    counts_anew(student, rng, DEEP, (6, 5, 4, 3))


@check("fc_net.deep", side=True, after=ALL, hint=KEEP)
def deep_float32(student, rng):
    """float32 stays float32"""
    stays_float32(student, rng, DEEP, (6, 5, 4, 3))


@check("fc_net.deep", gate=True, side=True, weight=0.01, seconds=8, hint=COST)
def deep_is_derived(student, rng):
    """The gradients are derived, not measured: 200,000 weights"""
    derived(student, rng, DEEP)

"""Checks of dropout, alone and inside the network."""

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

KEEP = (
    "p is the probability of keeping an entry. What must a kept entry be divided by, so that the mean stays?"
)
EACH = "Every entry needs a random number of its own."
RNG = 'Draw from dropout_param["rng"] only, and make no generator of your own.'
TEST = 'In mode "test" nothing is dropped and nothing is scaled.'
SAME = "Backward multiplies by exactly what forward multiplied by. Where is it kept until then?"
PLACE = "Hidden outputs are dropped, after every ReLU. The input and the scores are not."
DRAWS = (
    "lambda forward, x, p, seed, times: [forward(x, param)[0] for param in "
    "[{'p': p, 'mode': 'train', 'rng': np.random.default_rng(seed)}] for _ in range(times)]"
)
FORWARD = "layers.dropout_forward"
BACKWARD = ("layers.dropout_forward", "layers.dropout_backward")


def param(p, mode="train", seed=0):
    """A fresh last argument of dropout_forward."""
    return {"p": p, "mode": mode, "rng": np.random.default_rng(seed)}


def pair(result):
    """out and cache, as dropout_forward returns them."""
    return expect.items("dropout_forward(…)", result, 2, "things", "They are out and cache.")


def forward(student, x, p, mode="train", seed=0):
    """dropout_forward with a fresh generator."""
    out, cache = pair(student.layers.dropout_forward(x, param(p, mode, seed)))
    return expect.array("out", out, x.shape, "float"), cache


def skip(problem):
    """End a check whose question cannot be asked yet; the mistake is counted elsewhere."""
    raise CheckFailed(Finding("", problem), credit=1.0)


def reproducible(student, x, p, seed):
    """Whether dropout_forward gives the same for the same state of the generator."""
    runs = [np.asarray(forward(student, x, p, seed=seed)[0]) for _ in range(3)]
    return all(np.array_equal(runs[0], one) for one in runs[1:])


@check("layers.dropout_forward", weight=3, hint=KEEP)
def kept_or_dropped(student, rng):
    """Every entry is either zero or x/p, and a share p of them is kept"""
    x = rng.uniform(0.5, 2.0, (60, 70))
    for p in (0.3, 0.6, 0.75):
        out, _ = forward(student, x, p, seed=int(rng.integers(1 << 30)))
        kept = out != 0
        expect.close(f"the entries that are kept at p = {p}", out[kept], x[kept] / p, rtol=1e-5)
        share, sigma = float(kept.mean()), np.sqrt(p * (1 - p) / x.size)
        expect.true(
            abs(share - p) < 6 * sigma,
            "is not p.",
            what="the share of entries that are kept",
            expected=f"near {p}",
            got=round(share, 3),
        )


@check("layers.dropout_forward", weight=2, hint=KEEP)
def mean_stays(student, rng):
    """The mean of the output is that of the input, for p = 0.3, 0.6, 0.75 and 1"""
    x = 10 + rng.standard_normal((150, 160))
    for p in (0.3, 0.6, 0.75, 1.0):
        out, _ = forward(student, x, p, seed=int(rng.integers(1 << 30)))
        sigma = np.sqrt((1 - p) / p * np.mean(x**2) / x.size)
        expect.number(f"mean of out at p = {p}", out.mean(), x.mean(), rtol=0, atol=6 * sigma + 1e-5)


@check("layers.dropout_forward", weight=3, hint=EACH)
def one_decision_each(student, rng):
    """Every entry is decided by itself: no whole rows or columns"""
    out, _ = forward(student, np.ones((200, 100)), 0.5, seed=int(rng.integers(1 << 30)))
    kept = (out != 0).astype(float)
    expect.true(0 < kept.mean() < 1, "keeps all entries, or none.", what="dropout at p = 0.5")
    for axis, name in ((1, "rows"), (0, "columns")):
        ratio = kept.sum(axis=axis).var() / (0.25 * kept.shape[axis])
        expect.true(
            0.4 < ratio < 1.9, f"the entries of the {name} do not seem to be independent.", what="the mask"
        )


@check("layers.dropout_forward", weight=3, hint=RNG)
def from_the_generator(student, rng):
    """The generator decides: its state gives the mask, and the next call gives another"""
    draws, x = student.function(DRAWS), np.ones((12, 13))
    seed = int(rng.integers(1 << 30))
    first, again, other = (
        draws(student.layers.dropout_forward, x, 0.5, s, 2) for s in (seed, seed, seed + 1)
    )
    for one, two in zip(first, again, strict=True):
        same = np.array_equal(np.asarray(one), np.asarray(two))
        expect.true(same, "differ, though the generator was in the same state.", what="two masks")
    expect.true(
        not np.array_equal(first[0], first[1]), "have the same mask.", what="two calls with one generator"
    )
    expect.true(not np.array_equal(first[0], other[0]), "does not depend on the generator.", what="the mask")


@check("layers.dropout_forward", side=True, weight=4, hint=TEST)
def test_is_identity(student, rng):
    """Test mode: the output is x"""
    x = rng.standard_normal((6, 5))
    for p in (0.2, 0.7):
        expect.close(f"out in test mode, p = {p}", forward(student, x, p, "test")[0], x)


@check("layers.dropout_forward", side=True, hint=KEEP)
def keep_everything(student, rng):
    """p = 1 keeps everything"""
    x = rng.standard_normal((9, 11))
    expect.close("out at p = 1", forward(student, x, 1.0, seed=3)[0], x)


def either(*expectations):
    """One of them holds; the failure of the first is what the student reads."""
    failures = []
    for expectation in expectations:
        try:
            return expectation()
        except CheckFailed as failure:
            failures.append(failure)
    raise failures[0]


def follows(name, dx, upstream, factor, p):
    """dx is upstream times what forward did to ones; or times the mask over p, whatever forward divided by."""
    expect.true(np.any(factor), "drops everything: nothing to go back through.", what="dropout_forward")
    either(
        lambda: expect.close(name, dx, upstream * factor, rtol=1e-5, dtype="float"),
        lambda: expect.close(name, dx, upstream * (factor != 0) / p, rtol=1e-5, dtype="float"),
    )


@check("layers.dropout_backward", weight=4, after=FORWARD, hint=SAME)
def same_mask(student, rng):
    """Ones go forward and show the mask; backward uses the same"""
    for p in (0.3, 0.8):
        out, cache = forward(student, np.ones((7, 9)), p, seed=int(rng.integers(1 << 30)))
        upstream = rng.standard_normal((7, 9))
        follows(f"dx at p = {p}", student.layers.dropout_backward(upstream, cache), upstream, out, p)


@check("layers.dropout_backward", weight=2, after=FORWARD, hint=SAME)
def gradient_check(student, rng):
    """Gradient check with a fixed mask"""
    x, seed = rng.standard_normal((4, 5)), int(rng.integers(1 << 30))
    if not reproducible(student, x, 0.6, seed):
        skip("dropout_forward does not give the same mask for the same generator: nothing to compare with.")
    layers = student.layers
    expect.layer(
        lambda x: layers.dropout_forward(x, param(0.6, seed=seed)), layers.dropout_backward, rng, SAME, x=x
    )


@check("layers.dropout_backward", side=True, weight=2, after=FORWARD, hint=TEST)
def test_passes_on(student, rng):
    """Test mode: the upstream gradient passes as it is"""
    upstream = rng.standard_normal((6, 5))
    out, cache = forward(student, np.ones((6, 5)), 0.4, "test")
    dx = student.layers.dropout_backward(upstream, cache)
    either(
        lambda: expect.close("dx in test mode", dx, upstream, dtype="float"),
        lambda: expect.close("dx in test mode", dx, upstream * out, dtype="float"),
    )


CARRIED = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
    "fc_net.plain",
)
NETWORK = (
    "lambda Net, hidden, D, C, p, norm, reg, rng: Net(hidden, input_dim=D, num_classes=C, dropout_keep=p, "
    "normalization=norm, reg=reg, rng=rng, dtype=np.float64)"
)


def network(student, rng, hidden, p, D=6, C=4, reg=0.0):
    """A network with parameters that do not start small; its masks are to be seeded with `fix`."""
    model = student.function(NETWORK)(student.fc_net.FullyConnectedNet, list(hidden), D, C, p, None, reg, rng)
    sizes, params = [D, *hidden, C], {}
    for layer in range(1, len(sizes)):
        params[f"W{layer}"] = rng.standard_normal((sizes[layer], sizes[layer - 1])) / np.sqrt(
            sizes[layer - 1]
        )
        params[f"b{layer}"] = 0.3 * rng.standard_normal(sizes[layer])
    model.params = dict(params)
    return model, params


def fix(student, model, seed):
    """Put the generator of the masks into a known state."""
    student.function("lambda model, seed: model.dropout_param.update(rng=np.random.default_rng(seed))")(
        model, seed
    )


def trained(student, model, params, X, y, seed):
    """Loss and gradients (a dict of arrays) with the masks of this seed."""
    model.params = dict(params)
    fix(student, model, seed)
    loss, grads = model.loss(X, y)
    return loss, {name: expect.array(f"d{name}", grads[name], params[name].shape) for name in params}


def inputs_of(grads, layer):
    """What layer `layer` got as its input for a single example: dW is the outer product of db and it."""
    db = grads[f"b{layer}"]
    unit = int(np.argmax(np.abs(db)))
    return grads[f"W{layer}"][unit] / db[unit] if db[unit] else np.zeros(grads[f"W{layer}"].shape[1])


def dropped(what, got, whole, p, own=None):
    """`got` is `whole` after dropout: entries are zero or divided by p, and some are either. `own`: accepted too."""

    def absolute():
        kept = np.abs(got) > 1e-12
        expect.close(what, got, np.where(kept, whole / p, 0.0), rtol=1e-5)
        alive = np.abs(whole) > 1e-12
        share = float(kept[alive].mean())
        expect.true(0 < share < 1, "all kept or all dropped.", what=what, expected=f"a share of about {p}")

    either(absolute, *([] if own is None else [lambda: expect.close(what, got, own, rtol=1e-5)]))


def own_dropout(student, h, given):
    """The student's own dropout of h; `given` is a dropout_param on the student's side. None where it fails."""
    try:
        out = np.asarray(pair(student.layers.dropout_forward(h, given))[0])
    except (StudentError, CheckFailed):
        return None
    return out if out.shape == h.shape else None


def shared(student, p, seed):
    """A dropout_param that stays on the student's side, so that its generator moves on from call to call."""
    return student.function(
        "lambda p, seed: ({'p': p, 'mode': 'train', 'rng': np.random.default_rng(seed)},)"
    )(p, seed)[0]


@check("fc_net.dropout", weight=4, after=(*CARRIED, FORWARD), hint=PLACE)
def where_it_is(student, rng):
    """Training drops outputs of every hidden layer, and neither inputs nor scores"""
    p, hidden, seed = 0.6, (40, 30), int(rng.integers(1 << 30))
    model, params = network(student, rng, list(hidden), p)
    X, y = rng.uniform(0.5, 1.5, (1, 6)), np.array([2])
    for name in ("b1", "b2"):
        params[name] = params[name] + 1  # most units are awake
    loss, grads = trained(student, model, params, X, y, seed)
    expect.close("the input of layer 1", inputs_of(grads, 1), X[0], rtol=1e-5)
    h, given = X[0], shared(student, p, seed)
    for layer in (1, 2):
        whole = np.maximum(params[f"W{layer}"] @ h + params[f"b{layer}"], 0)
        h = inputs_of(grads, layer + 1)
        own = own_dropout(student, whole[None], given)
        dropped(f"the output of hidden layer {layer}", h, whole, p, None if own is None else own[0])
    scores = params["W3"] @ h + params["b3"]
    expect.number(
        "the loss of these hidden outputs", loss, np.logaddexp.reduce(scores) - scores[2], rtol=1e-5
    )


def test_mode_is_whole(student, rng):
    """Whether the student's own dropout does nothing in test mode."""
    x = rng.standard_normal((3, 4))
    return np.allclose(np.asarray(forward(student, x, 0.5, "test")[0]), x)


@check("fc_net.dropout", side=True, weight=2.5, after=FORWARD, hint=TEST)
def scores_do_not_vary(student, rng):
    """Scores without labels are those of the whole network, also after training"""
    model, params = network(student, rng, [9, 7], 0.5)
    plain, _ = network(student, rng, [9, 7], 1.0)
    plain.params = dict(params)
    X, y = rng.standard_normal((5, 6)), np.array([0, 1, 2, 3, 0])
    expected = np.asarray(plain.loss(X))
    if not test_mode_is_whole(student, rng):
        skip("dropout_forward is not the identity in test mode yet: nothing to compare with.")
    losses = []
    for _ in range(3):
        expect.close("scores", model.loss(X), expected)
        losses.append(float(model.loss(X, y)[0]))
    expect.true(len(set(losses)) > 1, "is the same every time: nothing is dropped.", what="the training loss")


def sound(student, rng, p=0.6):
    """Whether the student's dropout functions belong together: backward is the derivative of forward."""
    x, upstream, seed = rng.standard_normal((5, 4)), rng.standard_normal((5, 4)), 11
    if not reproducible(student, x, p, seed):
        return False
    ones, _ = forward(student, np.ones((5, 4)), p, seed=seed)
    out, cache = forward(student, x, p, seed=seed)
    dx = np.asarray(student.layers.dropout_backward(upstream, cache))
    return dx.shape == x.shape and np.allclose(dx, upstream * ones) and np.allclose(out, x * ones)


@check(
    "fc_net.dropout",
    weight=4,
    after=(*CARRIED, *BACKWARD),
    hint="Dropout has a backward function too. Where does its turn come?",
)
def gradients_with_a_fixed_mask(student, rng):
    """Gradient check with fixed masks, two hidden layers"""
    p, seed = 0.7, int(rng.integers(1 << 30))
    model, params = network(student, rng, [9, 8], p, reg=0.2)
    X, y = rng.standard_normal((5, 6)), np.array([3, 1, 2, 0, 1])
    _, grads = trained(student, model, params, X, y, seed)
    losses = {float(model.loss(X, y)[0]) for _ in range(4)}
    expect.true(len(losses) > 1, "is the same every time: nothing is dropped.", what="the training loss")
    if not sound(student, rng):
        skip("dropout_forward and dropout_backward do not belong together yet: nothing to compare with.")

    def loss_at(name, value):
        model.params = {**params, name: value}
        fix(student, model, seed)
        return model.loss(X, y)[0]

    expect.several(
        *(
            lambda name=name: expect.gradient(
                f"d{name}", lambda value: loss_at(name, value), params[name], grads[name], rng=rng, budget=200
            )
            for name in params
        )
    )


@check(
    "fc_net.dropout",
    side=True,
    weight=0.5,
    after=(*CARRIED, *BACKWARD),
    hint="X is still needed outside: make a new array.",
)
def leaves_data(student, rng):
    """X stays as it is, in training and in test mode"""
    model, _ = network(student, rng, [9, 7], 0.5)
    X, y = rng.standard_normal((5, 2, 3)), np.array([0, 1, 2, 3, 0])
    loss, _ = expect.unchanged(student, lambda X: model.loss(X, y), X=X)
    expect.true(np.isfinite(float(loss)), "is not finite.", what="the loss")
    expect.array("scores", expect.unchanged(student, model.loss, X=X), (5, 4), "float")

"""Hidden checks of dropout, of dropout.ipynb, and of the saved network on pictures nobody has seen."""

import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect
from labkit.data import cifar10, hidden_split

SEED = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))["seed"]
CHANCE = 0.1
STATED = {"shapes10": 0.57, "cifar10": 0.55}
PICTURES = 2000

KEEP = "p is the probability of keeping. The entries that stay are divided by it."
EACH = "Every entry needs a random number of its own, whatever the shape of x."
RNG = 'Only dropout_param["rng"] may decide, and NumPy\'s global generator is not to be touched.'
SAME = (
    "Backward needs forward's own mask: it cannot be seen from the output, and drawing again gives another."
)
PLACE = (
    "After every ReLU of a hidden layer, with a mask of its own; in the backward pass in the opposite order."
)
FORWARD = "layers.dropout_forward"
BACKWARD = ("layers.dropout_forward", "layers.dropout_backward")
SHAPES = ((2, 3, 5, 4), (1, 60), (1, 7, 9), (64,))


def param(p, mode="train", seed=0):
    """A fresh last argument of dropout_forward."""
    return {"p": p, "mode": mode, "rng": np.random.default_rng(seed)}


def forward(student, x, p, mode="train", seed=0):
    """dropout_forward with a fresh generator: out, checked for its shape, and the cache."""
    result = student.layers.dropout_forward(x, param(p, mode, seed))
    return expect.array("out", result[0], np.shape(x), "float"), result[1]


def either(first, *others):
    """One of the expectations holds; the failure of the first is what the student reads."""
    try:
        return first()
    except CheckFailed as problem:
        for other in others:
            try:
                return other()
            except CheckFailed:
                continue
        raise problem


def skip(problem):
    """End a check whose question cannot be asked yet; the mistake is counted elsewhere."""
    raise CheckFailed(Finding("", problem), credit=1.0)


@check("layers.dropout_forward", weight=4, hint=KEEP)
def any_shape(student, rng):
    """Any shape, entries of any sign, and zeros"""
    total, kept_in_all = 0, 0
    for shape in SHAPES:
        x = rng.choice([-3.0, -1.0, 0.0, 2.0, 7.0], shape)
        seed = int(rng.integers(1 << 30))
        out, _ = forward(student, x, 0.7, seed=seed)
        kept = out != 0
        expect.close(f"out for x of shape {shape}", out, np.where(kept, x / 0.7, 0.0), rtol=1e-5)
        total, kept_in_all = total + int((x != 0).sum()), kept_in_all + int(kept.sum())
    share, sigma = kept_in_all / total, np.sqrt(0.21 / total)
    expect.true(
        abs(share - 0.7) < 6 * sigma,
        "is not near p.",
        what="the share that is kept",
        expected="0.7",
        got=share,
    )


@check("layers.dropout_forward", weight=3, hint=EACH)
def independent_entries(student, rng):
    """Independent decisions along every axis of a batch of feature maps"""
    shape, p = (16, 12, 9, 8), 0.4
    out, _ = forward(student, np.ones(shape), p, seed=int(rng.integers(1 << 30)))
    kept = (out != 0).astype(float)
    size = kept.size
    expect.true(abs(kept.mean() - p) < 6 * np.sqrt(p * (1 - p) / size), "is not p.", what="the share kept")
    centred = kept - p
    for axis in range(4):
        along = np.moveaxis(centred, axis, 0)
        for step in (1, 3):
            together = float(np.mean(along[:-step] * along[step:]))
            bound = 6 * p * (1 - p) / np.sqrt(along[step:].size)
            expect.true(
                abs(together) < bound, f"neighbours along axis {axis} are not independent.", what="the mask"
            )


@check("layers.dropout_forward", weight=1, hint=EACH)
def number_varies(student, rng):
    """How many entries are kept is itself random"""
    counts = [
        int((forward(student, np.ones((10, 10)), 0.5, seed=int(rng.integers(1 << 30)))[0] != 0).sum())
        for _ in range(12)
    ]
    expect.true(len(set(counts)) > 1, "is the same in twelve draws.", what="the number of kept entries")


GLOBAL = (
    "lambda forward, x, p, seed: [(np.random.seed(s), forward(x, {'p': p, 'mode': 'train', "
    "'rng': np.random.default_rng(seed)})[0], np.random.rand())[1:] for s in (1, 2, 1)]"
)
REFERENCE = "lambda: [(np.random.seed(s), np.random.rand())[1] for s in (1, 2, 1)]"


@check("layers.dropout_forward", weight=2, hint=RNG)
def no_global_state(student, rng):
    """NumPy's global generator neither decides nor moves"""
    x = np.ones((8, 9))
    runs = student.function(GLOBAL)(student.layers.dropout_forward, x, 0.5, int(rng.integers(1 << 30)))
    untouched = student.function(REFERENCE)()
    masks = [np.asarray(run[0]) for run in runs]
    same = all(np.array_equal(masks[0], one) for one in masks[1:])
    expect.true(same, "changes with NumPy's global seed.", what="the mask")
    moved = any(float(run[1]) != float(goal) for run, goal in zip(runs, untouched, strict=True))
    expect.true(not moved, "was moved or seeded.", what="NumPy's global generator")


MANY = (
    "lambda forward, x, p, seed: [forward(x, param)[0] for param in "
    "[{'p': p, 'mode': 'train', 'rng': np.random.default_rng(seed)}] for _ in range(6)]"
)


@check("layers.dropout_forward", weight=2, hint=RNG)
def every_call_anew(student, rng):
    """Six calls with one generator: six independent masks"""
    seed = int(rng.integers(1 << 30))
    outs = student.function(MANY)(student.layers.dropout_forward, np.ones((40, 50)), 0.5, seed)
    masks = [np.asarray(out) != 0 for out in outs]
    for one, two in pairwise(masks):
        agree = float(np.mean(one == two))
        expect.true(0.4 < agree < 0.6, "are not independent.", what="the masks of two calls", got=agree)


@check(
    "layers.dropout_forward", side=True, weight=2, hint="x may be used again by other layers: work on a copy."
)
def only_looks(student, rng):
    """x stays as it is, in both modes"""
    x = rng.standard_normal((5, 6))
    for mode in ("train", "test"):
        out, _ = expect.unchanged(
            student, lambda x, mode=mode: student.layers.dropout_forward(x, param(0.5, mode, 4)), x=x
        )
        if mode == "test":
            expect.close("out in test mode", out, x)


@check("layers.dropout_forward", side=True, weight=4, hint='In mode "test" the output is x.')
def test_mode(student, rng):
    """Test mode, any shape"""
    for shape in SHAPES:
        x = rng.standard_normal(shape)
        expect.close("out in test mode", forward(student, x, 0.25, "test")[0], x)


def reproducible(student, shape, p, seed):
    """What the student's forward makes of ones with this generator; None where it is not always the same."""
    first, second = (np.asarray(forward(student, np.ones(shape), p, seed=seed)[0]) for _ in range(2))
    return first if np.array_equal(first, second) else None


def passes_back(name, dx, upstream, factor, p):
    """dx is upstream times forward's factor, or times forward's mask over p."""
    either(
        lambda: expect.close(name, dx, upstream * factor, rtol=1e-5, dtype="float"),
        lambda: expect.close(name, dx, upstream * (factor != 0) / p, rtol=1e-5, dtype="float"),
    )


@check("layers.dropout_backward", weight=4, after=FORWARD, hint=SAME)
def zeros_in_x(student, rng):
    """The mask is not read off the output: half of x is zero"""
    for shape in ((11, 8), (2, 3, 5, 4), (1, 30)):
        seed = int(rng.integers(1 << 30))
        factor = reproducible(student, shape, 0.6, seed)
        if factor is None:
            skip("dropout_forward does not give the same mask for the same generator.")
        x = rng.standard_normal(shape) * (rng.random(shape) < 0.5)
        _, cache = forward(student, x, 0.6, seed=seed)
        upstream = rng.standard_normal(shape)
        passes_back(
            "dx where half of x is zero",
            student.layers.dropout_backward(upstream, cache),
            upstream,
            factor,
            0.6,
        )


@check("layers.dropout_backward", weight=3, after=FORWARD, hint=SAME)
def two_in_flight(student, rng):
    """Two forward calls, then their backward calls, each with its own mask"""
    ones = np.ones((6, 9))
    calls = [(*forward(student, ones, p, seed=int(rng.integers(1 << 30))), p) for p in (0.4, 0.7)]
    forward(student, ones, 0.5, "test")
    for out, cache, p in calls:
        upstream = rng.standard_normal(ones.shape)
        for time in ("first", "second"):
            dx = student.layers.dropout_backward(upstream, cache)
            passes_back(f"dx of the {time} backward call, p = {p}", dx, upstream, out, p)


@check("layers.dropout_backward", side=True, weight=2, after=FORWARD, hint="Test mode has a derivative too.")
def test_mode_back(student, rng):
    """Test mode, also after training mode, any shape"""
    for shape in SHAPES:
        upstream = rng.standard_normal(shape)
        out, cache = forward(student, np.ones(shape), 0.3, "test")
        forward(student, np.ones(shape), 0.3, "train")
        dx = student.layers.dropout_backward(upstream, cache)
        either(
            lambda dx=dx, upstream=upstream: expect.close("dx in test mode", dx, upstream, dtype="float"),
            lambda dx=dx, upstream=upstream, out=out: expect.close("dx in test mode", dx, upstream * out),
        )


@check("layers.dropout_backward", side=True, weight=1, after=FORWARD, hint="Which dtype has the mask?")
def backward_looks_only(student, rng):
    """upstream stays as it is, and float32 stays float32"""
    for mode in ("train", "test"):
        x = rng.standard_normal((4, 5)).astype(np.float32)
        upstream = rng.standard_normal((4, 5)).astype(np.float32)
        _, cache = student.layers.dropout_forward(x, param(0.5, mode, 2))
        dx = expect.unchanged(
            student,
            lambda upstream, cache=cache: student.layers.dropout_backward(upstream, cache),
            upstream=upstream,
        )
        expect.array(f"dx in {mode} mode", dx, x.shape, np.float32)


NETWORK = (
    "lambda Net, hidden, D, C, p, norm, reg, rng: Net(hidden, input_dim=D, num_classes=C, dropout_keep=p, "
    "normalization=norm, reg=reg, rng=rng, dtype=np.float64)"
)


def network(student, rng, hidden, p, D=7, C=5, norm=None, reg=0.0):
    """A network in float64 with parameters that do not start small."""
    model = student.function(NETWORK)(student.fc_net.FullyConnectedNet, list(hidden), D, C, p, norm, reg, rng)
    sizes, params = [D, *hidden, C], {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.standard_normal((fan_out, fan_in)) * np.sqrt(2 / fan_in)
        params[f"b{layer}"] = 0.4 * rng.standard_normal(fan_out)
        if norm and layer <= len(hidden):
            params[f"gamma{layer}"] = rng.uniform(0.5, 1.5, fan_out)
            params[f"beta{layer}"] = rng.uniform(0.0, 0.6, fan_out)
    model.params = dict(params)
    return model, params


def fix(student, model, seed):
    """Put the generator of the masks into a known state."""
    student.function("lambda model, seed: model.dropout_param.update(rng=np.random.default_rng(seed))")(
        model, seed
    )


def shared(student, p, seed):
    """A dropout_param that stays on the student's side, so that its generator moves on from call to call."""
    return student.function(
        "lambda p, seed: ({'p': p, 'mode': 'train', 'rng': np.random.default_rng(seed)},)"
    )(p, seed)[0]


def masks(student, N, hidden, p, seed):
    """What the student's dropout makes of ones, layer by layer; None where it cannot be said."""
    given, found = shared(student, p, seed), []
    for size in hidden:
        one = np.asarray(student.layers.dropout_forward(np.ones((N, size)), given)[0])
        if one.shape != (N, size):
            return None
        found.append(one)
    return found


def absolute(params, X, y, reg, factors):
    """Loss and gradients of the network without normalization, with these factors on its hidden outputs."""
    L, N, hs, awake = len(factors) + 1, len(X), [X], []
    for layer, factor in enumerate(factors, start=1):
        z = np.einsum("nd,md->nm", hs[-1], params[f"W{layer}"]) + params[f"b{layer}"]
        awake.append((z > 0) * factor)
        hs.append(np.where(z > 0, z, 0) * factor)
    scores = hs[-1] @ params[f"W{L}"].T + params[f"b{L}"]
    logs = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    penalty = sum(np.sum(params[f"W{layer}"] ** 2) for layer in range(1, L + 1))
    loss = -logs[np.arange(N), y].mean() + reg / 2 * penalty
    up, grads = (np.exp(logs) - np.eye(scores.shape[1])[y]) / N, {}
    for layer in range(L, 0, -1):
        grads[f"W{layer}"] = np.einsum("nm,nd->md", up, hs[layer - 1]) + reg * params[f"W{layer}"]
        grads[f"b{layer}"] = up.sum(axis=0)
        if layer > 1:
            up = (up @ params[f"W{layer}"]) * awake[layer - 2]
    return loss, grads


def own(student, params, X, y, reg, hidden, p, seed, norm=None, back="backward"):
    """The same from the student's own layers, one after the other; None where one of them fails."""
    layers, caches, h, grads = student.layers, [], X, {}
    given, L = shared(student, p, seed), len(hidden) + 1
    try:
        for k in range(1, L):
            h, first = layers.affine_forward(h, params[f"W{k}"], params[f"b{k}"])
            second = None
            if norm:
                normalize = getattr(layers, f"{norm}_forward")
                h, second = normalize(h, params[f"gamma{k}"], params[f"beta{k}"], {"mode": "train"})
            h, third = layers.relu_forward(h)
            h, fourth = layers.dropout_forward(h, given)
            caches.append((first, second, third, fourth))
        scores, last = layers.affine_forward(h, params[f"W{L}"], params[f"b{L}"])
        loss, up = layers.softmax_loss(scores, y)
        up, grads[f"W{L}"], grads[f"b{L}"] = layers.affine_backward(up, last)
        for k in range(L - 1, 0, -1):
            first, second, third, fourth = caches[k - 1]
            up = layers.relu_backward(layers.dropout_backward(up, fourth), third)
            if norm:
                up, grads[f"gamma{k}"], grads[f"beta{k}"] = getattr(layers, f"{norm}_{back}")(up, second)
            up, grads[f"W{k}"], grads[f"b{k}"] = layers.affine_backward(up, first)
    except StudentError as error:
        if error.kind == "not written":
            raise
        return None
    except (TypeError, ValueError):
        return None
    for k in range(1, L + 1):
        loss = loss + 0.5 * reg * np.sum(params[f"W{k}"] ** 2)
        grads[f"W{k}"] = np.asarray(grads[f"W{k}"]) + reg * params[f"W{k}"]
    return loss, grads


def agrees(student, model, params, X, y, seed, references):
    """Loss and gradients are those of one of the references; the credit is the best share of them."""
    model.params = dict(params)
    fix(student, model, seed)
    loss, grads = model.loss(X, y)
    if not references:
        skip("the functions in layers.py do not run yet: nothing to compare with.")
    best = None
    for goal, slopes in references:
        try:
            expect.several(
                lambda goal=goal: expect.number("loss", loss, goal, rtol=1e-5),
                *(
                    lambda name=name, slopes=slopes: expect.close(
                        f"d{name}", grads[name], slopes[name], rtol=1e-4, atol=1e-7
                    )
                    for name in params
                ),
            )
            return
        except CheckFailed as failure:
            if best is None or failure.credit > best.credit:
                best = failure
    raise best


@check("fc_net.dropout", weight=6, after=BACKWARD, hint=PLACE)
def three_hidden_layers(student, rng):
    """Loss and all gradients, three hidden layers, with regularization"""
    hidden, p, seed = (13, 13, 8), 0.65, int(rng.integers(1 << 30))
    for N in (6, 1):
        model, params = network(student, rng, hidden, p, reg=0.3)
        X, y = rng.standard_normal((N, 7)), rng.integers(0, 5, N)
        factors = masks(student, N, hidden, p, seed)
        references = [] if factors is None else [absolute(params, X, y, 0.3, factors)]
        mine = own(student, params, X, y, 0.3, hidden, p, seed)
        agrees(student, model, params, X, y, seed, references + ([] if mine is None else [mine]))


def seen(model, student, params, X, y, seed, depth):
    """Hidden outputs of the last hidden layer, (N, H): with W = 0 on top, the pull on the scores is known."""
    params = {**params, f"W{depth}": np.zeros_like(params[f"W{depth}"])}
    model.params = params
    fix(student, model, seed)
    _, grads = model.loss(X, y)
    b = params[f"b{depth}"]
    pull = (np.exp(b - np.logaddexp.reduce(b)) - np.eye(len(b))[y]) / len(X)  # (N, C)
    return np.linalg.lstsq(pull.T, np.asarray(grads[f"W{depth}"]), rcond=None)[0]


def dead_share(student, rng, p, norm):
    """The share of hidden outputs that are zero, for units that are all awake before dropout."""
    hidden = (25, 150)
    model, params = network(student, rng, hidden, p, norm=norm)
    X, y, name = rng.standard_normal((4, 7)), np.array([4, 3, 1, 2]), "beta2" if norm else "b2"
    params[name] = np.full(150, 30.0)
    h = seen(model, student, params, X, y, int(rng.integers(1 << 30)), 3)
    return float(np.mean(np.abs(h) < 1e-6))


def runs(student, norm):
    """Whether the student's normalization is there at all."""
    try:
        getattr(student.layers, f"{norm}_forward")(np.eye(4, 3), np.ones(3), np.zeros(3), {"mode": "train"})
    except StudentError:
        return False
    return True


def shares(student, rng, norms):
    """A share of 1 - p of hidden outputs is dropped, or as many as the student's own dropout drops."""
    out, _ = forward(student, np.ones((100, 100)), 0.8, seed=1)
    expected = float(np.mean(out == 0))
    for norm in norms:
        got = dead_share(student, rng, 0.8, norm)
        near = min(abs(got - expected), abs(got - 0.2))
        expect.true(
            near < 6 * np.sqrt(0.16 / 600) + 0.01,
            "is wrong.",
            what="the share of dropped hidden outputs" + (f" with {norm}" if norm else ""),
            expected=f"about {expected:.2f}",
            got=round(got, 3),
        )


@check(
    "fc_net.dropout", weight=2, after=FORWARD, hint="Is dropout_keep what is handed to dropout_forward, as p?"
)
def share_of_units(student, rng):
    """A share of 1 - p of the hidden outputs is dropped"""
    shares(student, rng, (None,))


@check("fc_net.dropout", side=True, weight=3, after=BACKWARD, hint=PLACE)
def with_normalization(student, rng):
    """Together with batch and layer normalization: hidden outputs and gradients"""
    p, hidden = 0.6, (12, 40)
    for norm in ("batchnorm", "layernorm"):
        seed = int(rng.integers(1 << 30))
        model, params = network(student, rng, hidden, p, norm=norm)
        X, y = rng.standard_normal((4, 7)), np.array([0, 3, 1, 2])
        references = []
        for back in ("backward", "backward_fast") if norm == "batchnorm" else ("backward",):
            try:
                references.append(own(student, params, X, y, 0.0, hidden, p, seed, norm, back))
            except StudentError:
                continue
        references = [one for one in references if one is not None]
        if not references:
            skip(f"the {norm} functions in layers.py do not run yet: nothing to compare with.")
        agrees(student, model, params, X, y, seed, references)
        shares(student, rng, (norm,))


@check(
    "fc_net.dropout",
    side=True,
    weight=2,
    after=FORWARD,
    hint="Scores are asked for without labels: test mode.",
)
def test_scores(student, rng):
    """Scores of single examples and batches, after training, with running averages"""
    for norm in (None, "batchnorm"):
        model, params = network(student, rng, (12, 9), 0.4, norm=norm)
        X, y = rng.standard_normal((6, 7)), rng.integers(0, 5, 6)
        if norm is not None and not runs(student, norm):
            continue
        fix(student, model, 3)
        model.loss(X, y)
        scores = expect.array("scores", model.loss(X), (6, 5), "float")
        test, _ = forward(student, np.ones((3, 3)), 0.4, "test")
        if not np.allclose(test, 1):
            skip("dropout_forward is not the identity in test mode yet: nothing to compare with.")
        expect.close("scores of a second call", model.loss(X), scores)
        expect.close("scores of the first example alone", model.loss(X[:1]), scores[:1], rtol=1e-5)
        if norm is None:
            h = X
            for k in (1, 2):
                h = np.maximum(h @ params[f"W{k}"].T + params[f"b{k}"], 0)
            expect.close("scores", scores, h @ params["W3"].T + params["b3"], rtol=1e-5)


@check(
    "fc_net.dropout", side=True, weight=1, hint="What is there to drop in a network without hidden layers?"
)
def nothing_hidden(student, rng):
    """No hidden layer, no dropout; and dropout_keep = 1 drops nothing"""
    for hidden, p in (((), 0.5), ((8,), 1.0)):
        model, params = network(student, rng, hidden, p, reg=0.1)
        X, y = rng.standard_normal((3, 7)), np.array([0, 4, 2])
        loss, _ = model.loss(X, y)
        goal, _ = absolute(params, X, y, 0.1, [np.ones((3, size)) for size in hidden])
        expect.number(f"loss with {len(hidden)} hidden layers and dropout_keep = {p}", loss, goal, rtol=1e-5)


@check("fc_net.dropout", weight=1, after=FORWARD, hint="One generator serves all layers, and it moves on.")
def masks_differ(student, rng):
    """Every training call draws new masks, for every example its own"""
    hidden, p = (30, 60), 0.5
    model, params = network(student, rng, hidden, p)
    params["b2"] = np.full(60, 30.0)
    X, y = np.tile(rng.standard_normal(7), (4, 1)), np.array([0, 3, 1, 2])
    first = np.abs(seen(model, student, params, X, y, 5, 3)) > 1e-6
    _, grads = model.loss(X, y)  # the generator has moved on
    second = np.abs(np.asarray(grads["W3"])).sum(axis=0)
    expect.true(second.size == 60, "has another shape.", what="dW3")
    expect.true(len({row.tobytes() for row in first}) == 4, "have the same mask.", what="two examples")
    losses = {float(model.loss(X + 1, y)[0]) for _ in range(4)}
    model.params = dict(params)
    losses = {float(model.loss(X, y)[0]) for _ in range(4)}
    expect.true(len(losses) == 4, "repeats itself.", what="the loss of four calls")


@check("dropout.by_hand", weight=9, hint="Two outcomes: zero, and 3/p. How probable is each?")
def by_hand_values(student, rng):
    """The values"""
    answers = student.notebook.by_hand()
    goals = (2**10, 3 / 0.6, 3.0, 0.6 * (3 / 0.6) ** 2 - 9.0)
    expect.several(
        *(
            lambda name=name, got=got, goal=goal: expect.number(name, got, goal, rtol=0.005)
            for name, got, goal in zip(
                ("subnetworks", "kept", "mean", "variance"), answers, goals, strict=True
            )
        )
    )


def all_masks(W1, b1, W2, b2, x, p):
    """The average by recursion over the units: each is there or not."""
    h = np.maximum(W1 @ x + b1, 0)

    def rest(unit, scores):
        if unit == len(h):
            return scores
        return p * rest(unit + 1, scores + W2[:, unit] * h[unit] / p) + (1 - p) * rest(unit + 1, scores)

    return rest(0, b2)


@check("dropout.average_over_masks", weight=5, hint="All 2^H masks, each with its own probability.")
def random_tiny_networks(student, rng):
    """Random networks, several p"""
    for D, H, C, p in ((3, 5, 2, 0.3), (1, 1, 4, 0.6), (4, 7, 3, 0.75)):
        W1, b1 = rng.standard_normal((H, D)), rng.standard_normal(H)
        W2, b2, x = rng.standard_normal((C, H)), rng.standard_normal(C), rng.standard_normal(D)
        got = student.notebook.average_over_masks(W1, b1, W2, b2, x, p)
        expect.close(f"average over 2^{H} masks, p = {p}", got, all_masks(W1, b1, W2, b2, x, p), rtol=1e-5)


@check("dropout.smooth_targets", weight=4, hint="What is left over is shared by the other classes.")
def lecture_targets(student, rng):
    """0.9 and 0.1/9; other numbers of classes"""
    for C, share in ((10, 0.9), (2, 0.7), (4, 0.55)):
        y = rng.integers(0, C, 8)
        expected = np.full((8, C), (1 - share) / (C - 1))
        np.put_along_axis(expected, y[:, None], share, axis=1)
        expect.close(f"targets for {C} classes", student.notebook.smooth_targets(y, C, share), expected)
    y = np.array([1, 0, 2])
    expect.unchanged(student, lambda y: student.notebook.smooth_targets(y, 3, 0.9), y=y)


@check(
    "dropout.ensemble_variance", weight=4, hint="k variances and k(k - 1) covariances, divided by k squared."
)
def variance_of_mean(student, rng):
    """Some correlation, from the covariance matrix"""
    for sigma2, k, rho in ((2.5, 3, 0.2), (0.4, 7, 0.6), (1.7, 2, 0.0), (1.0, 30, 0.05)):
        covariance = sigma2 * (rho * np.ones((k, k)) + (1 - rho) * np.eye(k))
        got = student.notebook.ensemble_variance(sigma2, k, rho)
        expect.number(f"variance of the mean of {k}", got, np.full(k, 1 / k) @ covariance @ np.full(k, 1 / k))


def usable(saved):
    """The arrays as float64 and the depth, or None where one is missing, misshapen or not finite."""
    arrays = {}
    for name, array in saved.items():
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            return None
        arrays[name] = array.astype(np.float64)
    depth, size = 0, 3072
    while f"W{depth + 1}" in arrays:
        depth += 1
        W, b = arrays[f"W{depth}"], arrays.get(f"b{depth}")
        if W.ndim != 2 or W.shape[1] != size or b is None or b.shape != W.shape[:1] or len(W) > 20_000:
            return None
        size = len(W)
        for name in ("gamma", "beta", "running_mean", "running_var"):
            if (one := arrays.get(f"{name}{depth}")) is not None and one.shape != (size,):
                return None
        if (f"gamma{depth}" in arrays) != (f"beta{depth}" in arrays):
            return None
        if (f"running_mean{depth}" in arrays) != (f"running_var{depth}" in arrays):
            return None
    if depth == 0 or size != 10 or arrays.get("mean", np.zeros(0)).shape != (3072,):
        return None
    return (arrays, depth) if arrays.get("scale", np.ones(())).shape in ((), (1,), (3072,)) else None


def scores_of(arrays, depth, X):
    """The forward pass: affine, normalization if there is one, ReLU; the last layer is affine only."""
    h = (X - arrays["mean"]) / arrays.get("scale", 1.0)
    for layer in range(1, depth + 1):
        h = h @ arrays[f"W{layer}"].T + arrays[f"b{layer}"]
        if layer == depth:
            break
        if f"gamma{layer}" in arrays:
            if f"running_mean{layer}" in arrays:
                mean, var = arrays[f"running_mean{layer}"], arrays[f"running_var{layer}"]
            else:
                mean, var = h.mean(axis=1, keepdims=True), h.var(axis=1, keepdims=True)
            h = arrays[f"gamma{layer}"] * (h - mean) / np.sqrt(var + 1e-5) + arrays[f"beta{layer}"]
        h = np.maximum(h, 0)
    return h


@check(
    "dropout.accuracy", seconds=60, hint="More epochs, other sizes, another rate: what did the gap tell you?"
)
def unseen_pictures(student, rng):
    """Accuracy on pictures that nobody has trained on"""
    found = usable(student.saved("fc_best.npz"))
    if found is None:
        expect.true(False, "does not hold W1, b1 … of fitting shapes, and mean (3072,).", what="fc_best.npz")
    arrays, depth = found
    names = ["shapes10"] + (["cifar10"] if cifar10.find() is not None else [])
    best, report = -1.0, ""
    for name in names:
        X, y = hidden_split(name, SEED, PICTURES, flatten=True, dtype=np.float64)
        with np.errstate(all="ignore"):
            accuracy = float(np.mean(np.argmax(scores_of(arrays, depth, X), axis=1) == y))
        credit = float(np.clip((accuracy - CHANCE) / (STATED[name] - CHANCE), 0, 1))
        if credit > best:
            best, report = (
                credit,
                f"classifies {accuracy:.1%} of the pictures correctly, where {STATED[name]:.0%} is asked.",
            )
    if best < 1:
        raise CheckFailed(Finding("fc_best.npz", report), credit=best)

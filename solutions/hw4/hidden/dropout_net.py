"""Hidden checks of dropout inside the network."""

from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

PLACE = (
    "After every ReLU of a hidden layer, with a mask of its own; in the backward pass in the opposite order."
)
FORWARD = "layers.dropout_forward"
BACKWARD = ("layers.dropout_forward", "layers.dropout_backward")
CARRIED = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
    "fc_net.plain",
)


def param(p, mode="train", seed=0):
    """A fresh last argument of dropout_forward."""
    return {"p": p, "mode": mode, "rng": np.random.default_rng(seed)}


def forward(student, x, p, mode="train", seed=0):
    """dropout_forward with a fresh generator: out, checked for its shape, and the cache."""
    result = student.layers.dropout_forward(x, param(p, mode, seed))
    return expect.array("out", result[0], np.shape(x), "float"), result[1]


def skip(problem):
    """End a check whose question cannot be asked yet; the mistake is counted elsewhere."""
    raise CheckFailed(Finding("", problem), credit=1.0)


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


def alive(found, params, reg):
    """Whether the student's own layers say anything about a network: a pull on every weight, besides the penalty."""
    return found is not None and all(
        np.any(np.abs(found[1][name] - reg * value) > 1e-12)
        for name, value in params.items()
        if name[0] == "W"
    )


def agrees(student, model, params, X, y, seed, references):
    """Loss and gradients are those of one of the references; the credit is the best share of them."""
    model.params = dict(params)
    fix(student, model, seed)
    loss, grads = model.loss(X, y)
    if not references:
        raise CheckFailed(Finding("", "the functions in layers.py do not work yet: nothing to compare with."))
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


@check("fc_net.dropout", weight=6, after=(*CARRIED, *BACKWARD), hint=f"{PLACE} Is the penalty in it too?")
def three_hidden_layers(student, rng):
    """Loss and all gradients, three hidden layers, with regularization"""
    hidden, p, seed, measure = (13, 13, 8), 0.65, int(rng.integers(1 << 30)), None
    for N in (6, 1):
        model, params = network(student, rng, hidden, p, reg=0.3)
        X, y = rng.standard_normal((N, 7)), rng.integers(0, 5, N)
        factors = masks(student, N, hidden, p, seed)
        references = [] if factors is None else [absolute(params, X, y, 0.3, factors)]
        mine = own(student, params, X, y, 0.3, hidden, p, seed)
        measure = (
            alive(mine, params, 0.3) if measure is None else measure
        )  # one example may well be dropped whole
        if measure and mine is not None:
            references.append(mine)
        agrees(student, model, params, X, y, seed, references)


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


STEADY = (
    "lambda norm, x, one, zero, param: "
    "[norm(x, one, zero, param)[0], norm(x, one, zero, param)[0], norm(x[1:2], one, zero, param)[0]]"
)


def steady(student):
    """Whether the student's batch normalization in test mode is the same every time and for every batch."""
    x, one, zero = np.arange(6.0).reshape(3, 2) ** 2, np.ones(2), np.zeros(2)
    param = {"mode": "test", "running_mean": zero, "running_var": one}
    try:
        outs = student.function(STEADY)(student.layers.batchnorm_forward, x, one, zero, param)
        first, second, alone = (np.asarray(outs[i]) for i in range(3))
    except (StudentError, TypeError):
        return False
    return np.allclose(first, second) and np.allclose(first[1:2], alone)


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
        references = [one for one in references if alive(one, params, 0.0)]
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
        if norm is not None and not steady(student):
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


@check("fc_net.dropout", side=True, weight=1, hint="What is there to drop where every unit is kept?")
def nothing_dropped(student, rng):
    """dropout_keep = 1 drops nothing"""
    for hidden in ((8,), (6, 5)):
        model, params = network(student, rng, hidden, 1.0, reg=0.1)
        X, y = rng.standard_normal((3, 7)), np.array([0, 4, 2])
        for labels, what in ((y, "loss"), ((y + 1) % 5, "loss with other labels")):
            loss, _ = model.loss(X, labels)
            goal, _ = absolute(params, X, labels, 0.1, [np.ones((3, size)) for size in hidden])
            expect.number(f"{what}, {len(hidden)} hidden layers and dropout_keep = 1", loss, goal, rtol=1e-5)


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

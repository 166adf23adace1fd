"""Hidden checks of the net with normalization: against the truth, or against the student's own layers in this order."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

NET = "Affine, normalization, ReLU; the last layer has no normalization. Which parameters does a normalization bring along?"
MODES = "Each hidden layer has a dict of its own in bn_params. In which mode is it, and where do its running averages go?"
CARRIED = ("affine_forward", "affine_backward", "relu_forward", "relu_backward", "softmax_loss")
NORMS = ("batchnorm_forward", "batchnorm_backward", "layernorm_forward", "layernorm_backward")
ALL = (*(f"layers.{name}" for name in CARRIED), "fc_net.plain", *(f"layers.{name}" for name in NORMS))
KINDS = ("batchnorm", "layernorm")


def network(student, rng, kind, hidden, D, C, dtype="float64", reg=0.0):
    """A net with parameters that are not what they start as, and these parameters."""
    seed = np.random.default_rng(int(rng.integers(1000)))
    make = student.fc_net.FullyConnectedNet
    net = make(
        hidden,
        D,
        C,
        normalization=kind,
        reg=reg,
        weight_scale=0.6,
        rng=seed,
        dtype=student.function(f"lambda: np.{dtype}")(),
    )
    sizes, params = [D, *hidden, C], {}
    for layer in range(1, len(sizes)):
        out, into = sizes[layer], sizes[layer - 1]
        params[f"W{layer}"] = 0.6 * rng.standard_normal((out, into))
        params[f"b{layer}"] = rng.standard_normal(out)
        if kind and layer < len(sizes) - 1:
            params[f"gamma{layer}"] = rng.uniform(0.5, 2, out)
            params[f"beta{layer}"] = rng.uniform(-0.5, 1, out)
    params = {name: value.astype(dtype) for name, value in params.items()}
    net.params = params
    return net, params


def depth(params):
    return sum(name.startswith("W") for name in params)


def true_scores(params, kind, X, running=None):
    """Oracle: the scores; with `running`, pairs of mean and variance for each layer, in test mode."""
    h = np.asarray(X, float).reshape(len(X), -1)
    for layer in range(1, depth(params) + 1):
        h = np.einsum("nd,md->nm", h, params[f"W{layer}"]) + params[f"b{layer}"]
        if layer == depth(params):
            return h
        if running is not None:
            mean, var = running[layer - 1]
        else:
            axis = 0 if kind == "batchnorm" else 1
            mean = np.expand_dims(np.einsum("nd->d" if axis == 0 else "nd->n", h) / h.shape[axis], axis)
            var = np.expand_dims(np.linalg.norm(h - mean, axis=axis) ** 2 / h.shape[axis], axis)
        h = np.clip(
            (h - mean) * (var + 1e-5) ** -0.5 * params[f"gamma{layer}"] + params[f"beta{layer}"], 0, None
        )
    raise AssertionError("a net has a last layer")


def true_loss(params, kind, X, y, reg):
    """Oracle: cross-entropy in training mode, with the penalty of the weights."""
    scores = true_scores(params, kind, X)
    logs = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    squares = sum(np.vdot(v, v) for name, v in params.items() if name.startswith("W"))
    return -logs[np.arange(len(y)), y].mean() + reg / 2 * squares


class Own:
    """The student's own layers in the order that the net should have: scores, loss and gradients."""

    def __init__(self, student, params, kind, reg, backward):
        self.layers, self.params, self.kind, self.reg, self.backward = (
            student.layers,
            params,
            kind,
            reg,
            backward,
        )
        self.states = [{"mode": "train"} for _ in range(depth(params) - 1)]

    def up(self, X):
        """Scores in training mode, and the caches of all layers."""
        out, caches = X, []
        for layer in range(1, depth(self.params) + 1):
            out, affine = self._two("affine_forward", out, *(self.params[f"{p}{layer}"] for p in "Wb"))
            if layer == depth(self.params):
                return out, [*caches, (affine,)]
            scale, shift = self.params[f"gamma{layer}"], self.params[f"beta{layer}"]
            out, norm = self._two(f"{self.kind}_forward", out, scale, shift, self.states[layer - 1])
            out, relu = self._two("relu_forward", out)
            caches.append((affine, norm, relu))
        raise AssertionError("a net has a last layer")

    def _two(self, name, *arguments):
        result = getattr(self.layers, name)(*arguments)
        return result[0], result[1]

    def loss(self, X, y):
        """Loss, and the gradients by name."""
        scores, caches = self.up(X)
        loss, upstream = self._two("softmax_loss", scores, y)
        grads = {}
        for layer in range(depth(self.params), 0, -1):
            cache = caches[layer - 1]
            if len(cache) == 3:
                upstream = self.layers.relu_backward(upstream, cache[2])
                back = getattr(self.layers, self.backward)(upstream, cache[1])
                upstream, grads[f"gamma{layer}"], grads[f"beta{layer}"] = back[0], back[1], back[2]
            back, W = self.layers.affine_backward(upstream, cache[0]), self.params[f"W{layer}"]
            upstream, grads[f"W{layer}"], grads[f"b{layer}"] = back[0], back[1] + self.reg * W, back[2]
            loss = loss + 0.5 * self.reg * np.sum(W**2)
        return loss, grads

    def alive(self, X, y):
        """Whether these layers say anything about a net: scores that differ, and a pull on every weight."""
        scores, reg = np.asarray(self.up(X)[0], float), self.reg
        self.reg = 0.0
        grads, self.reg = self.loss(X, y)[1], reg
        return np.ptp(scores, axis=0).max() > 1e-6 and all(
            np.any(np.asarray(grads[name])) for name in self.params if name.startswith("W")
        )


def owns(student, params, kind, reg, X, y):
    """(loss, gradients) by the student's own layers, for every backward function that may be used.

    Layers that return the same whatever comes in are no measure: any net agrees with them.
    """
    names = (
        ("batchnorm_backward_fast", "batchnorm_backward") if kind == "batchnorm" else ("layernorm_backward",)
    )
    for name in names:
        try:
            own = Own(student, params, kind, reg, name)
            if own.alive(X, y):
                yield own.loss(X, y)
        except (StudentError, TypeError, ValueError, IndexError, KeyError, AttributeError):
            continue


def either(compare, truth, others):
    """Passes where the truth or what the student's own layers give is met; fails with the truth's message."""
    try:
        compare(truth)
    except CheckFailed:
        for other in others:
            try:
                compare(other)
                return
            except (CheckFailed, TypeError, KeyError, ValueError):
                continue
        raise


@check("fc_net.batchnorm", weight=1, after=ALL, hint=NET)
def net_loss(student, rng):
    """The loss in training, with both normalizations"""
    for kind in KINDS:
        for hidden, N in (([6, 4], 5), ([3], 4), ([4, 5, 3], 7)):
            X, labels = rng.standard_normal((N, 2, 3)), rng.integers(0, 4, N)
            net, params = network(student, rng, kind, hidden, 6, 4, reg=0.3)
            for what, y in (("the loss", labels), ("the loss with other labels", (labels + 1) % 4)):
                got = net.loss(X, y)[0]
                found = ((loss,) for loss, _ in owns(student, params, kind, 0.3, X, y))
                either(
                    lambda goal, got=got, what=f"{what}, {kind}": expect.number(what, got, goal[0]),
                    (true_loss(params, kind, X, y, 0.3),),
                    found,
                )


def all_gradients(student, rng, kind):
    """All gradients of a net with this normalization."""
    X, y = rng.standard_normal((8, 5)), rng.integers(0, 3, 8)
    net, params = network(student, rng, kind, [4, 6], 5, 3, reg=0.4)
    grads = net.loss(X, y)[1]
    names = sorted(student.function("list")(grads))
    expect.true(
        names == sorted(params), "are not those of all parameters.", what="names of the gradients", got=names
    )
    truth = {
        name: numerical_gradient(lambda v, name=name: true_loss({**params, name: v}, kind, X, y, 0.4), value)
        for name, value in params.items()
    }

    def compare(goals):
        for name in params:
            expect.close(f"gradient of {name}", grads[name], np.asarray(goals[name]), 1e-5, 1e-7)

    either(compare, truth, (goals for _, goals in owns(student, params, kind, 0.4, X, y)))


@check("fc_net.batchnorm", weight=0.75, after=ALL, hint=NET)
def batch_gradients(student, rng):
    """All gradients with batch normalization"""
    all_gradients(student, rng, "batchnorm")


@check("fc_net.batchnorm", weight=0.75, after=ALL, hint=NET)
def layer_gradients(student, rng):
    """All gradients with layer normalization"""
    all_gradients(student, rng, "layernorm")


RUN = """lambda layers, batches, params, depth: (lambda states, go: (
    [go(X, states, 'train') for X in batches[:-1]], go(batches[-1], states, 'test'))[1])(
    [{} for _ in range(depth - 1)],
    lambda X, states, mode: __import__('functools').reduce(lambda h, l: (
        lambda z: z if l == depth else layers.relu_forward(layers.batchnorm_forward(
            z, params[f'gamma{l}'], params[f'beta{l}'],
            (states[l - 1].__setitem__('mode', mode), states[l - 1])[1])[0])[0]
        )(layers.affine_forward(h, params[f'W{l}'], params[f'b{l}'])[0]), range(1, depth + 1), X))"""


@check("fc_net.batchnorm", weight=1, after=ALL, hint=MODES)
def net_test_mode(student, rng):
    """Scores in test mode after several training steps: from the running averages of each layer"""
    net, params = network(student, rng, "batchnorm", [4, 4], 5, 3)
    batches = [rng.standard_normal((N, 5)) + shift for N, shift in ((6, 0.0), (4, 1.0), (7, -2.0))]
    running = [[np.zeros(4), np.zeros(4)] for _ in range(2)]
    for X in batches:
        net.loss(X, rng.integers(0, 3, len(X)))
        h = X
        for layer in (1, 2):
            z = np.einsum("nd,md->nm", h, params[f"W{layer}"]) + params[f"b{layer}"]
            mean, var = z.mean(axis=0), z.var(axis=0)
            running[layer - 1] = [
                0.9 * old + 0.1 * new for old, new in zip(running[layer - 1], (mean, var), strict=True)
            ]
            h = np.maximum(
                (z - mean) / np.sqrt(var + 1e-5) * params[f"gamma{layer}"] + params[f"beta{layer}"], 0
            )
    X = rng.standard_normal((6, 5))

    def own():
        try:
            scores = np.asarray(student.function(RUN)(student.layers, [*batches, X], params, 3), float)
            if np.ptp(scores, axis=0).max() > 1e-6:
                yield scores
        except (StudentError, TypeError, ValueError):
            return

    for time in ("", " the second time"):
        got = net.loss(X)
        either(
            lambda goal, got=got, time=time: expect.close(
                f"scores in test mode{time}", got, goal, 1e-6, 1e-8
            ),
            true_scores(params, "batchnorm", X, running),
            own(),
        )


@check("fc_net.batchnorm", side=True, weight=0.3, after=ALL, hint="Which line writes into self.params?")
def net_looks_only(student, rng):
    """Gradients of float32 parameters have their shapes, and the parameters stay as they were"""
    X, y = rng.standard_normal((6, 5)).astype(np.float32), rng.integers(0, 3, 6)
    for kind in KINDS:
        net, params = network(student, rng, kind, [4, 6], 5, 3, dtype="float32", reg=0.1)
        grads = net.loss(X, y)[1]
        for name, value in params.items():
            expect.array(f"gradient of {name}", grads[name], value.shape, "float")
            expect.true(np.array_equal(net.params[name], value), "was changed by loss.", what=name)

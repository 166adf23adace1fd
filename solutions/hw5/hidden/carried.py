"""Hidden checks of what was carried over: a few values by other routes."""

import numpy as np

from labkit.checks import check, expect

HOME = "This function is from homework 4 or before. Look at its checks there, or carry it over again (section 0 of the notebook)."


@check("layers.affine_forward", hint=HOME)
def affine_values(student, rng):
    """One example, other sizes"""
    x, w, b = rng.standard_normal((1, 3, 2)), rng.standard_normal((4, 6)), rng.standard_normal(4)
    out = student.layers.affine_forward(x, w, b)[0]
    expect.close("out", out, np.einsum("nd,md->nm", x.reshape(1, 6), w) + b)


@check("layers.affine_backward", after="layers.affine_forward", hint=HOME)
def affine_values_backward(student, rng):
    """The three gradients, other sizes"""
    x, w, b = rng.standard_normal((3, 7)), rng.standard_normal((4, 7)), rng.standard_normal(4)
    upstream = rng.standard_normal((3, 4))
    grads = student.layers.affine_backward(upstream, student.layers.affine_forward(x, w, b)[1])
    goals = (np.einsum("nm,md->nd", upstream, w), np.einsum("nm,nd->md", upstream, x), np.ones(3) @ upstream)
    for place, (name, goal) in enumerate(zip(("dx", "dw", "db"), goals, strict=True)):
        expect.close(name, grads[place], goal)


@check("layers.relu_forward", hint=HOME)
def relu_values(student, rng):
    """Four axes, float32"""
    x = rng.standard_normal((2, 3, 4, 1)).astype(np.float32)
    expect.close("out", student.layers.relu_forward(x)[0], (x + np.abs(x)) / 2, dtype=np.float32)


@check("layers.relu_backward", after="layers.relu_forward", hint=HOME)
def relu_values_backward(student, rng):
    """The upstream gradient passes where x is positive"""
    x, upstream = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 3, 4))
    got = student.layers.relu_backward(upstream, student.layers.relu_forward(x)[1])
    expect.close("dx", got, np.where(x > 0, upstream, 0.0))


@check("layers.softmax_loss", hint=HOME)
def softmax_values(student, rng):
    """Loss and gradient of large scores"""
    x, y = 300 * rng.standard_normal((4, 3)), np.array([2, 0, 1, 1])
    logs = x - np.logaddexp.reduce(x, axis=1)[:, None]
    loss, dx = student.layers.softmax_loss(x, y)
    expect.number("loss", loss, -logs[np.arange(4), y].mean())
    expect.close("dx", dx, (np.exp(logs) - np.eye(3)[y]) / 4)


@check("layers.batchnorm_forward", hint=HOME)
def norm_values(student, rng):
    """Training and test mode, other sizes"""
    x, gamma, beta = 3 + rng.standard_normal((5, 3)), rng.uniform(0.5, 2, 3), rng.standard_normal(3)
    mean, var = rng.standard_normal(3), rng.uniform(0.5, 2, 3)
    for param, (m, v) in (
        ({"mode": "train"}, (x.mean(axis=0), x.var(axis=0))),
        ({"mode": "test", "running_mean": mean, "running_var": var}, (mean, var)),
    ):
        out = student.layers.batchnorm_forward(x, gamma, beta, param)[0]
        expect.close("out", out, gamma * (x - m) * (v + 1e-5) ** -0.5 + beta)


@check("optim.adam", hint=HOME)
def adam_values(student, rng):
    """Two steps"""
    step = student.function(
        "lambda rule, w, one, two, config: (lambda first: rule(first[0], two, first[1])[0])(rule(w, one, config))"
    )
    w, g = rng.standard_normal((3, 2)), rng.uniform(0.3, 2, (2, 3, 2))
    got = step(student.optim.adam, w, g[0], g[1], {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.7})
    m, v = (0.16 * g[0] + 0.2 * g[1]) / 0.36, (0.21 * g[0] ** 2 + 0.3 * g[1] ** 2) / 0.51
    expect.close("w", got, w - 0.1 - 0.1 * m / np.sqrt(v), 1e-5, 1e-6)


@check("fc_net.plain", after="layers.affine_forward", hint=HOME)
def plain_values(student, rng):
    """Scores of a net with two and with four layers"""
    X = rng.standard_normal((3, 2, 4))
    for hidden in ([6], [5, 6, 7]):
        net = student.fc_net.FullyConnectedNet(
            hidden,
            8,
            4,
            weight_scale=0.5,
            rng=np.random.default_rng(2),
            dtype=student.function("lambda: np.float64")(),
        )
        h, params = X.reshape(3, 8), net.params
        for layer in range(1, len(hidden) + 2):
            h = np.einsum("nd,md->nm", h, params[f"W{layer}"]) + params[f"b{layer}"]
            h = h if layer > len(hidden) else np.maximum(h, 0)
        expect.close("scores", net.loss(X), h)

"""Wrong backward passes of many kinds: each is caught, and named where a name exists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import (
    affine_backward,
    affine_forward,
    affine_inputs,
    batchnorm_backward,
    batchnorm_forward,
    batchnorm_inputs,
    check_affine,
    generator,
    relu_forward,
)

from labkit.gradcheck import check_layer

seeds = st.integers(0, 2**32 - 1)


def mean_as_constant(dout, cache):
    normalized, gamma, scale = cache
    dx = scale * (dout * gamma - normalized * (dout * gamma * normalized).mean(axis=0))
    return dx, *batchnorm_backward(dout, cache)[1:]


def variance_as_constant(dout, cache):
    _, gamma, scale = cache
    inner = dout * gamma
    return scale * (inner - inner.mean(axis=0)), *batchnorm_backward(dout, cache)[1:]


def both_as_constants(dout, cache):
    _, gamma, scale = cache
    return scale * dout * gamma, *batchnorm_backward(dout, cache)[1:]


@pytest.mark.parametrize("n", [8, 20])
@pytest.mark.parametrize(
    ("backward", "code"),
    [
        (mean_as_constant, "mean_constant"),
        (variance_as_constant, "variance_constant"),
        (both_as_constants, "mean_and_variance_constant"),
    ],
)
def test_statistics_treated_as_constants(backward, code, n):
    report = check_layer(batchnorm_forward, backward, batchnorm_inputs(n), rng=generator())
    assert not report.gradients["dx"].passed
    assert report.gradients["dx"].diagnosis.code == code
    assert report.gradients["dgamma"].passed


def badly_multiplied(direct, mean, variance):
    """A backward pass of batch normalization with a factor on each of the three ways to x."""

    def backward(dout, cache):
        normalized, gamma, scale = cache
        inner = dout * gamma
        through_variance = normalized * (inner * normalized).mean(axis=0)
        dx = scale * (direct * inner - mean * inner.mean(axis=0) - variance * through_variance)
        return dx, *batchnorm_backward(dout, cache)[1:]

    return backward


@pytest.mark.parametrize(
    ("factors", "code"),
    [
        ((1, -1, 1), "mean_constant"),
        ((1, 1, 2), "variance_constant"),
        ((8, 1, 1), "direct_path"),
        ((3, 3, 1), "direct_and_mean_path"),
        ((2, 1, 2), "direct_and_variance_path"),
        ((2, 3, 4), "normalization_factors"),
    ],
)
def test_a_wrong_factor_on_a_way_through_normalization(factors, code):
    report = check_layer(batchnorm_forward, badly_multiplied(*factors), batchnorm_inputs(9), rng=generator())
    assert report.gradients["dx"].diagnosis.code == code


def groupnorm_forward(x, gamma, beta):
    rows = x.reshape(len(x), 2, -1)
    scale = 1 / np.sqrt(rows.var(axis=2, keepdims=True) + 1e-5)
    normalized = (rows - rows.mean(axis=2, keepdims=True)) * scale
    pixels = (slice(None), None, None)
    return gamma[pixels] * normalized.reshape(x.shape) + beta[pixels], (normalized, gamma, scale)


@pytest.mark.parametrize(
    ("direct", "mean", "variance", "code"),
    [(1, 0, 1, "mean_constant"), (1, 1, 0, "variance_constant"), (2, 1, 1, "direct_path")],
)
def test_ways_through_the_normalization_of_groups_of_channels(direct, mean, variance, code):
    def backward(dout, cache):
        normalized, gamma, scale = cache
        inner = (dout * gamma[:, None, None]).reshape(normalized.shape)
        along = (inner * normalized).mean(axis=2, keepdims=True)
        dx = direct * inner - mean * inner.mean(axis=2, keepdims=True) - variance * normalized * along
        dgamma = (dout * normalized.reshape(dout.shape)).sum(axis=(0, 2, 3))
        return (scale * dx).reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3))

    rng = generator()
    inputs = {"x": rng.standard_normal((2, 4, 3, 3)), "gamma": rng.standard_normal(4), "beta": np.ones(4)}
    report = check_layer(groupnorm_forward, backward, inputs, rng=rng)
    assert report.gradients["dx"].diagnosis.code == code
    assert report.gradients["dgamma"].passed and report.gradients["dbeta"].passed


def test_a_share_that_replaces_the_shares_before_it_is_named():
    def forward(x, w):
        return np.einsum("nchw,fc->nfhw", x, w), (x, w)

    def backward(dout, cache):
        x, w = cache
        dw = np.zeros_like(w)
        for n, i, j in np.ndindex(len(x), *x.shape[2:]):
            dw[:] = np.outer(dout[n, :, i, j], x[n, :, i, j])
        return np.einsum("nfhw,fc->nchw", dout, w), dw

    rng = generator()
    inputs = {"x": rng.standard_normal((2, 3, 2, 2)), "w": rng.standard_normal((4, 3))}
    report = check_layer(forward, backward, inputs, rng=rng)
    assert report.gradients["dw"].diagnosis.code == "last_place"


def test_a_factor_for_every_channel_is_named():
    def forward(x, gamma):
        return x * gamma[:, None, None], (x, gamma)

    def backward(dout, cache):
        x, gamma = cache
        return dout * gamma[:, None, None] ** 3, (dout * x).sum(axis=(0, 2, 3))

    inputs = {"x": generator().standard_normal((2, 3, 2, 4)), "gamma": np.array([2.0, -0.7, 1.5])}
    diagnosis = check_layer(forward, backward, inputs, rng=generator()).gradients["dx"].diagnosis
    assert diagnosis.code == "factor_per_index" and "index along axis 1" in diagnosis.sentence


def test_a_slope_that_is_left_out_is_named():
    def forward(x, w, b):
        out = np.tanh(x @ w.T + b)
        return out, (x, w, b)

    report = check_layer(forward, affine_backward, affine_inputs(), rng=generator())
    for gradient in report.gradients.values():
        assert gradient.diagnosis.code == "slope_left_out"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (np.ones_like, "input_left_out"),
        (np.square, "input_twice"),
        (lambda gamma: 1 / gamma, "input_divided"),
        (lambda gamma: gamma[::-1], "input_reversed"),
    ],
)
def test_another_scale_in_the_backward_pass_is_named(change, code):
    """Of a normalization over features, where a scale of its own for each of them is no factor of dx."""

    def forward(x, gamma):
        normalized = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
        return gamma * normalized, (normalized, gamma, x.std(axis=1, keepdims=True))

    def backward(dout, cache):
        normalized, gamma, std = cache
        inner = dout * change(gamma)
        along = (inner * normalized).mean(axis=1, keepdims=True)
        dx = (inner - inner.mean(axis=1, keepdims=True) - normalized * along) / std
        return dx, (dout * normalized).sum(axis=0)

    inputs = {"x": generator().standard_normal((6, 5)), "gamma": generator(1).uniform(0.5, 2.0, 5)}
    report = check_layer(forward, backward, inputs, rng=generator())
    assert report.gradients["dgamma"].passed
    assert report.gradients["dx"].diagnosis.code == code
    assert "gamma" in report.gradients["dx"].diagnosis.sentence


def test_gradients_that_are_made_from_one_wrong_slope_are_told_apart_from_wrong_products():
    def forward(x, w, b):
        out = np.tanh(x @ w.T + b)
        return out, (x, w, out)

    def backward(dout, cache):
        x, w, out = cache
        dz = dout * (1 + out**2)
        return dz @ w, dz.T @ x, dz.sum(axis=0)

    report = check_layer(forward, backward, affine_inputs(), rng=generator())
    assert {one.diagnosis.code for one in report.gradients.values()} == {"shared_cause"}
    assert report.gradients["dx"].diagnosis.sentence.startswith("dx, dw and db fit together")

    def another(dout, cache):
        dx, dw, db = backward(dout, cache)
        return dx, 0.7 * dw + dx[0, 0] * db[:, None], db

    report = check_layer(forward, another, affine_inputs(), rng=generator())
    assert all(
        one.diagnosis is None or one.diagnosis.code != "shared_cause" for one in report.gradients.values()
    )


def test_a_normalized_input_that_is_taken_for_the_input_is_named():
    def backward(dout, cache):
        dx, _, dbeta = batchnorm_backward(dout, cache[0])
        return dx, (dout * cache[1]).sum(axis=0), dbeta

    def forward(x, gamma, beta, settings):
        out, cache = batchnorm_forward(x, gamma, beta, settings)
        return out, (cache, x)

    diagnosis = (
        check_layer(forward, backward, batchnorm_inputs(), rng=generator()).gradients["dgamma"].diagnosis
    )
    assert diagnosis.code == "slope_left_out" and "upstream × x summed over axis 0" in diagnosis.sentence


def test_eps_forgotten_in_backward_is_seen():
    def backward(dout, cache):
        dx, dgamma, dbeta = batchnorm_backward(dout, cache)
        return dx * (1 + 5e-6), dgamma, dbeta

    assert not check_layer(batchnorm_forward, backward, batchnorm_inputs(), rng=generator()).passed


def changed(**how):
    def backward(dout, cache):
        named = dict(zip(("dx", "dw", "db"), affine_backward(dout, cache), strict=True))
        for name, change in how.items():
            named[name] = change(named[name], dout, cache)
        return tuple(named.values())

    return backward


WRONG = [
    ("dw", lambda g, dout, cache: g.T, "transposed"),
    ("dw", lambda g, dout, cache: -g, "sign"),
    ("dx", lambda g, dout, cache: 2 * g, "factor_2"),
    ("dw", lambda g, dout, cache: g / len(dout), "mean_twice"),
    ("dw", lambda g, dout, cache: g * len(dout), "missing_mean"),
    ("dw", lambda g, dout, cache: g * 0.8, "factor"),
    ("dw", lambda g, dout, cache: g * 0, "all_zero"),
    ("db", lambda g, dout, cache: dout.sum(axis=1), "wrong_axis"),
    ("db", lambda g, dout, cache: g[None], "kept_dimension"),
    ("db", lambda g, dout, cache: dout, "not_summed"),
    ("db", lambda g, dout, cache: dout.sum(), "summed_too_much"),
    ("db", lambda g, dout, cache: dout[-1], "last_example"),
    ("db", lambda g, dout, cache: np.full(5, float(len(dout))), "upstream_ignored"),
    ("dw", lambda g, dout, cache: (dout**2).T @ cache[0], "upstream_squared"),
    ("dw", lambda g, dout, cache: np.outer(dout[-1], cache[0][-1]), "last_example"),
    ("dw", lambda g, dout, cache: dout[1:].T @ cache[0][1:], "without_first"),
    ("dx", lambda g, dout, cache: np.roll(g, 1, axis=0), "offset"),
    ("dx", lambda g, dout, cache: g[[0, 2, 4, 1, 3]], "permuted"),
    ("dx", lambda g, dout, cache: g[::-1], "flipped"),
    ("dx", lambda g, dout, cache: g * np.array([2, 3, -1, 0.3, 5]), "factor_per_column"),
    ("dx", lambda g, dout, cache: g * np.array([2, 3, -1, 0.3, 5])[:, None], "factor_per_row"),
    ("dw", lambda g, dout, cache: affine_backward(dout, cache)[0], "another_gradient"),
    ("dx", lambda g, dout, cache: g.ravel()[(7 * np.arange(25) + 3) % 25].reshape(5, 5), "misplaced"),
    ("dw", lambda g, dout, cache: np.maximum(dout, 0).T @ cache[0], "upstream_sign"),
    ("dx", lambda g, dout, cache: dout @ cache[1].T, "wrong_factor"),
    ("dw", lambda g, dout, cache: cache[0] @ dout, "wrong_factor"),
    ("dx", lambda g, dout, cache: cache[0] @ cache[1], "upstream_unused"),
    ("dw", lambda g, dout, cache: dout.sum() * g, "upstream_twice"),
    ("dw", lambda g, dout, cache: (1 / dout).T @ cache[0], "upstream_divided"),
    ("dx", lambda g, dout, cache: g + cache[1], "upstream_added"),
    ("dx", lambda g, dout, cache: np.outer(g.sum(axis=1), cache[1][0]), "one_share"),
]


@pytest.mark.parametrize(("name", "change", "code"), WRONG, ids=[f"{row[0]}-{row[2]}" for row in WRONG])
def test_wrong_backwards_are_caught_and_named(name, change, code):
    inputs = affine_inputs(5, 5, 5)
    report = check_affine(changed(**{name: change}), inputs=inputs)
    one = report.gradients[name]
    assert not one.passed
    assert one.diagnosis is not None and one.diagnosis.code == code, str(report)
    assert one.diagnosis.confidence > 0.8
    assert all(other.passed for key, other in report.gradients.items() if key != name)
    assert report.credit == pytest.approx(2 / 3)


def test_gradients_in_the_wrong_order_are_named():
    def backward(dout, cache):
        dx, dgamma, dbeta = batchnorm_backward(dout, cache)
        return dx, dbeta, dgamma

    report = check_layer(batchnorm_forward, backward, batchnorm_inputs(8, 4), rng=generator())
    assert report.gradients["dx"].passed
    for name, other in (("dgamma", "beta"), ("dbeta", "gamma")):
        diagnosis = report.gradients[name].diagnosis
        assert diagnosis.code == "another_gradient" and f"gradient of {other}" in diagnosis.sentence


def test_a_transposed_shape_is_named():
    report = check_affine(changed(dw=lambda g, dout, cache: g.T))
    assert report.gradients["dw"].problem == "dw has shape (6, 5); expected (5, 6), the shape of w."
    assert report.gradients["dw"].diagnosis.code == "shape_transposed"


def test_a_forgotten_reshape_is_named():
    inputs = affine_inputs()
    inputs["x"] = inputs["x"].reshape(4, 2, 3)
    report = check_affine(changed(dx=lambda g, dout, cache: g.reshape(4, -1)), inputs=inputs)
    assert report.gradients["dx"].diagnosis.code == "not_reshaped"


def test_a_forgotten_mask_is_named():
    inputs = {"x": generator().standard_normal((5, 6))}
    report = check_layer(relu_forward, lambda dout, x: dout, inputs, rng=generator())
    assert report.gradients["dx"].diagnosis.code == "mask_missing"
    report = check_layer(relu_forward, lambda dout, x: dout * (x < 0), inputs, rng=generator())
    assert report.gradients["dx"].diagnosis.code == "mask_inverted"


def test_wrong_entries_in_one_row_are_located():
    def spoil(g, dout, cache):
        g = g.copy()
        g[3] *= 1.5
        return g

    report = check_affine(changed(dw=spoil), inputs=affine_inputs(6, 7, 8))
    diagnosis = report.gradients["dw"].diagnosis
    assert diagnosis.code == "few_entries"
    assert "dw[3, :]" in diagnosis.sentence


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_random_mistakes_get_no_name(seed):
    rng = generator(seed)

    def spoil(g, dout, cache):
        return g * np.random.default_rng([seed, 7]).standard_normal(g.shape)

    inputs = affine_inputs(5, 6, 7, seed)
    report = check_layer(affine_forward, changed(dw=spoil, dx=spoil, db=spoil), inputs, rng=rng)
    assert not report.passed
    assert [one.diagnosis for one in report.gradients.values()] == [None] * 3


def test_an_input_of_zeros_gives_a_wrong_gradient_no_name():
    inputs = affine_inputs(5, 5, 5) | {"b": np.zeros(5)}
    report = check_affine(
        changed(dw=lambda dw, dout, cache: dw + 0.3 * dout.T @ np.sin(cache[0])), inputs=inputs
    )
    diagnosis = report.gradients["dw"].diagnosis
    assert diagnosis is None or "1 / b" not in diagnosis.sentence

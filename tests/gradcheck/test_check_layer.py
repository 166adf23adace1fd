import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    relu_backward,
    relu_forward,
)

from labkit.gradcheck import check_layer

seeds = st.integers(0, 2**32 - 1)


def generator(seed=0):
    return np.random.default_rng(seed)


def affine_inputs(n=4, d=6, m=5, seed=0, dtype=float):
    rng = generator(seed)
    values = {"x": (n, d), "w": (m, d), "b": (m,)}
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in values.items()}


def batchnorm_inputs(n=8, d=3, seed=0, dtype=float, spread=1.0):
    rng = generator(seed)
    x, gamma, beta = rng.standard_normal((n, d)) * spread, rng.standard_normal(d), rng.standard_normal(d)
    return {
        "x": x.astype(dtype),
        "gamma": gamma.astype(dtype),
        "beta": beta.astype(dtype),
        "settings": {"eps": 1e-5},
    }


def check_affine(backward, forward=affine_forward, **options):
    return check_layer(forward, backward, options.pop("inputs", affine_inputs()), rng=generator(1), **options)


@given(seeds, st.integers(1, 5), st.integers(1, 6), st.integers(1, 6), st.floats(-4, 4))
@settings(max_examples=25, deadline=None)
def test_right_layers_pass_at_every_size_and_scale(seed, n, d, m, power):
    inputs = affine_inputs(n, d, m, seed)
    inputs["x"] = inputs["x"] * 10.0**power
    report = check_layer(affine_forward, affine_backward, inputs, rng=generator(seed))
    assert report.passed, str(report)
    assert report.credit == 1
    assert list(report.gradients) == ["dx", "dw", "db"]


@given(seeds, st.integers(2, 9), st.sampled_from([1e-3, 1.0, 1e3]))
@settings(max_examples=25, deadline=None)
def test_right_batch_norm_is_not_refused(seed, n, spread):
    inputs = batchnorm_inputs(n, 3, seed, spread=spread)
    report = check_layer(batchnorm_forward, batchnorm_backward, inputs, rng=generator(seed))
    assert report.passed, str(report)


@given(seeds, st.sampled_from([np.float32, np.float64]), st.sampled_from([1.0, 30.0, 1000.0]))
@settings(max_examples=25, deadline=None)
def test_batch_norm_of_two_examples_is_ill_conditioned_but_right(seed, dtype, spread):
    inputs = batchnorm_inputs(2, 4, seed, dtype, spread)
    inputs["settings"] = {"eps": dtype(1e-5)}
    report = check_layer(batchnorm_forward, batchnorm_backward, inputs, rng=generator(seed))
    assert report.passed, str(report)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_float32_layers_keep_their_type_and_pass(seed):
    inputs = affine_inputs(6, 30, 4, seed, np.float32)
    assert check_layer(affine_forward, affine_backward, inputs, rng=generator(seed)).passed


def test_float64_gradients_of_a_float32_layer_are_named():
    def careless(dout, cache):
        return tuple(one.astype(np.float64) for one in affine_backward(dout, cache))

    report = check_affine(careless, inputs=affine_inputs(dtype=np.float32))
    assert not report.passed
    assert report.gradients["dw"].code == "dtype"
    assert report.gradients["dw"].problem == (
        "dw has dtype float64; expected float32, as w has. Its values are right."
    )
    assert check_affine(careless, inputs=affine_inputs(dtype=np.float32), keep_dtype=False).passed


def test_higher_precision_is_right_where_another_input_has_it():
    inputs = affine_inputs()
    inputs["w"] = inputs["w"].astype(np.float32)
    assert check_affine(affine_backward, inputs=inputs).passed


def test_inputs_that_are_not_floats_are_passed_along():
    def forward(x, labels, settings, rng):
        mask = rng.random(x.shape) < settings["keep"]
        assert labels.dtype.kind == "i"
        return x * mask / settings["keep"], (mask, settings["keep"])

    inputs = {
        "x": generator().standard_normal((4, 5)),
        "labels": np.arange(4),
        "settings": {"keep": 0.7},
        "rng": generator(5),
    }
    before = inputs["rng"].bit_generator.state
    report = check_layer(forward, lambda dout, cache: dout * cache[0] / cache[1], inputs, rng=generator())
    assert report.passed, str(report)
    assert list(report.gradients) == ["dx"]
    assert inputs["rng"].bit_generator.state == before


@pytest.mark.parametrize("pack", [tuple, list, lambda g: dict(zip(("dx", "dw", "db"), g, strict=True))])
def test_gradients_may_come_in_any_container(pack):
    assert check_affine(lambda dout, cache: pack(affine_backward(dout, cache))).passed


def test_some_gradients_only_and_own_names():
    report = check_affine(affine_backward, differentiate=["w"], names={"w": "dW2"})
    assert list(report.gradients) == ["dW2"]
    report = check_affine(lambda dout, cache: affine_backward(dout, cache)[1], differentiate=["w"])
    assert report.passed
    with pytest.raises(ValueError, match="'v'"):
        check_affine(affine_backward, differentiate=["v"])


def test_a_scalar_output():
    def forward(x):
        return (x**2).mean(), x

    def backward(dout, x):
        return dout * 2 * x / x.size

    assert check_layer(forward, backward, {"x": generator().standard_normal((3, 4))}, rng=generator()).passed
    report = check_layer(forward, lambda dout, x: 2 * x / x.size, {"x": np.ones((3, 4))}, rng=generator())
    assert report.gradients["dx"].diagnosis.code in {"upstream_ignored", "factor"}


def test_relu_at_zero_is_left_out():
    x = generator().standard_normal((3, 4))
    x[1, 2] = 0
    for derivative_at_zero in (0.0, 1.0):
        report = check_layer(
            relu_forward,
            lambda dout, x, at=derivative_at_zero: relu_backward(dout, x) + at * dout * (x == 0),
            {"x": x},
            rng=generator(),
        )
        assert report.passed, str(report)
        assert report.kinks == 1


def test_wrong_number_of_gradients():
    report = check_affine(lambda dout, cache: affine_backward(dout, cache)[:2])
    assert not report.passed
    assert report.problem == "backward returns 2 gradients; expected 3 gradients, in this order: dx, dw, db."
    assert check_affine(lambda dout, cache: None).problem == "backward returns None; expected 3 gradients."
    assert report.credit == 0


def test_one_missing_gradient_leaves_the_others_their_credit():
    report = check_affine(lambda dout, cache: (*affine_backward(dout, cache)[:2], None))
    assert report.gradients["db"].code == "missing"
    assert report.credit == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        (lambda x, w, b: x @ w.T + b, "two things, out and cache"),
        (lambda x, w, b: (None, 0), "forward returns None"),
        (lambda x, w, b: ("four", 0), "forward returns a str"),
        (lambda x, w, b: (np.full((4, 5), np.nan), 0), "not finite: out[0, 0] is nan"),
    ],
)
def test_unusable_outputs_are_named(forward, words):
    report = check_affine(affine_backward, forward)
    assert not report.passed
    assert words in report.problem


def test_random_forward_and_random_backward_are_named():
    rng = generator()

    def noisy_forward(x, w, b):
        out, cache = affine_forward(x, w, b)
        return out + rng.standard_normal(out.shape), cache

    def noisy_backward(dout, cache):
        return tuple(one + 1e-3 * rng.standard_normal(one.shape) for one in affine_backward(dout, cache))

    assert "different output each time" in check_affine(affine_backward, noisy_forward).problem
    assert "different gradients each time" in check_affine(noisy_backward).problem


def shift_x(x, w, b):
    x -= 1
    x += 1.5
    return affine_forward(x, w, b)


def spoil_dout(dout, cache):
    gradients = affine_backward(dout, cache)
    dout *= 2
    return gradients


def spoil_input(dout, cache):
    gradients = affine_backward(dout, cache)
    cache[1][0, 0] += 1
    return gradients


def test_changes_in_place_are_named():
    assert "forward changes x in place" in check_affine(affine_backward, shift_x).problem
    assert "backward changes dout in place" in check_affine(spoil_dout).problem
    report = check_affine(spoil_input)
    assert "backward changes w in place, through the cache" in report.problems[0]
    assert not report.passed


def test_a_cache_that_is_used_up_is_named():
    def forward(x):
        return x**2, {"x": x.copy()}

    def backward(dout, cache):
        cache["x"] *= 2
        return dout * cache["x"]

    report = check_layer(forward, backward, {"x": np.ones((2, 3))}, rng=generator())
    assert "same cache" in report.problem


def test_nothing_of_the_callers_is_changed_even_when_functions_write_and_raise():
    inputs = affine_inputs()
    inputs["settings"] = {"seen": []}
    before = {name: np.array(inputs[name]) for name in ("x", "w", "b")}

    def forward(x, w, b, settings):
        for array in (x, w, b):
            array *= 0
        settings["seen"].append(1)
        raise RuntimeError("student's own error")

    with pytest.raises(RuntimeError, match="student's own error"):
        check_layer(forward, affine_backward, inputs, rng=generator())
    for name, value in before.items():
        np.testing.assert_array_equal(inputs[name], value)
    assert inputs["settings"] == {"seen": []}


def test_exceptions_of_backward_pass_through():
    with pytest.raises(NotImplementedError):
        check_affine(lambda dout, cache: (_ for _ in ()).throw(NotImplementedError()))


def test_the_cache_is_never_looked_at():
    class Opaque:
        def __init__(self, content):
            object.__setattr__(self, "_hidden", content)

        def __getattribute__(self, name):
            if name in {"_hidden", "__class__"}:
                return object.__getattribute__(self, name)
            raise AssertionError(f"looked at {name}")

    def forward(x, w, b):
        out, cache = affine_forward(x, w, b)
        return out, Opaque(cache)

    assert check_affine(lambda dout, cache: affine_backward(dout, cache._hidden), forward).passed


def test_upstream_is_random_and_differs():
    seen = []

    def backward(dout, cache):
        seen.append(dout.copy())
        return affine_backward(dout, cache)

    check_affine(backward)
    assert not np.allclose(np.abs(seen[0]), 1)
    assert not np.array_equal(seen[0], seen[1])


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
        return g + np.random.default_rng([seed, 7]).standard_normal(g.shape)

    inputs = affine_inputs(5, 6, 7, seed)
    report = check_layer(affine_forward, changed(dw=spoil, dx=spoil, db=spoil), inputs, rng=rng)
    assert not report.passed
    assert [one.diagnosis for one in report.gradients.values()] == [None] * 3


def test_reports_are_frozen_and_readable():
    report = check_affine(changed(dw=lambda g, dout, cache: -g))
    text = str(report)
    assert "✓ dx" in text and "✗ dw" in text
    assert "negative" in text
    assert report.evaluations == 2 + sum(one.evaluations for one in report.gradients.values())
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.passed = True  # type: ignore[misc]


def test_one_gradient_of_the_wrong_kind_does_not_disturb_the_others():
    for odd in (None, np.ones((9, 2)), "dx", np.full((4, 6), np.nan)):
        report = check_affine(lambda dout, cache, odd=odd: (odd, *affine_backward(dout, cache)[1:]))
        assert report.gradients["dw"].passed and report.gradients["db"].passed
        report = check_affine(
            lambda dout, cache, odd=odd: (
                odd,
                -affine_backward(dout, cache)[1],
                affine_backward(dout, cache)[2],
            )
        )
        assert report.gradients["dw"].diagnosis.code == "sign"


def test_an_erratic_backward_cannot_excuse_itself():
    def erratic(dout, cache):
        x = cache[0]
        seed = int(np.frombuffer(x.tobytes(), dtype=np.uint64)[0] % 2**32)
        rng = np.random.default_rng(seed)
        return tuple(one + rng.standard_normal(one.shape) for one in affine_backward(dout, cache))

    def fragile(dout, cache):
        grads = affine_backward(dout, cache)
        same = np.array_equal(cache[0], affine_inputs()["x"])
        return tuple(2 * one if same else one * np.nan for one in grads)

    assert check_affine(erratic).credit == 0
    assert check_affine(fragile).credit == 0

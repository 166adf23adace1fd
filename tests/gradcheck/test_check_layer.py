import dataclasses

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
    relu_backward,
    relu_forward,
)

from labkit.gradcheck import check_layer

seeds = st.integers(0, 2**32 - 1)


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
@settings(max_examples=25, deadline=None, derandomize=True)
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


def test_reports_are_frozen_and_readable():
    report = check_affine(
        lambda dout, cache: [
            one * sign for one, sign in zip(affine_backward(dout, cache), (1, -1, 1), strict=True)
        ]
    )
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


def test_a_problem_of_the_functions_costs_as_much_as_a_gradient():
    def forward(x, w, b):
        return affine_forward(x, w, b)[0], [x.copy(), w]

    def backward(dout, cache):
        grads = affine_backward(dout, (*cache, None))
        cache[0] *= 2  # the next call is wrong
        return grads

    report = check_affine(backward, forward=forward)
    assert len(report.problems) == 1 and all(one.passed for one in report.gradients.values())
    assert report.credit == pytest.approx(3 / 4)

"""Callers' mistakes: the error names the argument, what was expected, and what came."""

import re

import numpy as np
import pytest

from labkit import check_gradient, check_layer, check_loss, numerical_gradient

x, rng = np.ones((3, 4)), np.random.default_rng(0)


def layer(forward=lambda x: (x, None), backward=lambda dout, cache: dout, inputs=None, rng=rng):
    return check_layer(forward, backward, {"x": x} if inputs is None else inputs, rng=rng)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: numerical_gradient(3.0, x), "f must be a function, not a float"),
        (lambda: numerical_gradient(np.sum, x, h="a"), "the step h must be a positive number, not 'a'"),
        (
            lambda: numerical_gradient(lambda v: None, x),
            "must return a number or an array of numbers, not a NoneType",
        ),
        (lambda: numerical_gradient(lambda v: (1.0, v), x), "or an array of numbers, not a tuple"),
        (lambda: check_gradient(3.0, x, x), "f must be a function, not a float"),
        (lambda: check_gradient(np.sum, x, x, rng=0), "rng must be a numpy.random.Generator such as"),
        (lambda: layer(forward=3), "forward must be a function, not a int"),
        (lambda: layer(backward=None), "backward must be a function, not a NoneType"),
        (lambda: layer(inputs=[x]), 'inputs must be a dictionary such as {"x": x}, not a list'),
        (lambda: layer(inputs={}), "inputs must hold at least one floating point array; it is empty"),
        (lambda: layer(inputs={"x": np.ones(3, int)}), "floating point array; x is int64"),
        (lambda: layer(rng=3), "np.random.default_rng(0), not 3"),
        (lambda: check_loss(3, {"W": x}, rng=rng), "loss_and_gradients must be a function, not a int"),
        (lambda: check_loss(np.sum, [x], rng=rng), "params must be a dictionary"),
        (lambda: check_loss(np.sum, {"W": [1.0]}, rng=rng), "floating point array; W is list"),
        (lambda: check_loss(np.sum, {"W": x}, rng=None), "np.random.default_rng(0), not None"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        call()


@pytest.mark.parametrize("f", [lambda v: None, lambda v: (1.0, v)])
def test_a_function_without_a_number_is_a_finding_and_no_error(f):
    report = check_gradient(f, x, x)
    assert not report.passed and "must return a number or an array of numbers, not a" in str(report)

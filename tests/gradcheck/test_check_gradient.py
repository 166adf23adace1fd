import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import batchnorm_backward, batchnorm_forward, softmax

from labkit.gradcheck import check_gradient

seeds = st.integers(0, 2**32 - 1)


def square(v):
    return (v**2).sum()


@given(seeds, st.floats(-6, 6), st.sampled_from([(), (1,), (5,), (3, 4), (2, 3, 4), (9, 9)]))
@settings(max_examples=40, deadline=None)
def test_right_gradients_pass_at_every_scale(seed, power, shape):
    scale = 10.0**power
    x = np.asarray(np.random.default_rng(seed).standard_normal(shape)) * scale
    report = check_gradient(lambda v: np.tanh(v / scale).sum(), x, (1 - np.tanh(x / scale) ** 2) / scale)
    assert report.passed, str(report)
    assert report.diagnosis is None and report.problem is None


@given(seeds, st.floats(-6, 6), st.floats(1e-3, 1.0), st.sampled_from([(1,), (5,), (3, 4), (9, 9), (40, 40)]))
@settings(max_examples=40, deadline=None)
def test_one_wrong_entry_fails_at_every_scale(seed, power, size, shape):
    rng = np.random.default_rng(seed)
    scale = 10.0**power
    x = rng.uniform(0.5, 1.5, shape) * scale
    gradient = np.cos(x / scale) / scale
    wrong = tuple(int(rng.integers(length)) for length in shape)
    gradient[wrong] += size / scale
    report = check_gradient(lambda v: np.sin(v / scale).sum(), x, gradient)
    assert not report.passed
    assert report.worst == wrong
    assert report.got == pytest.approx(gradient[wrong])
    assert report.expected == pytest.approx(gradient[wrong] - size / scale, rel=1e-3, abs=1e-3 * size / scale)
    assert report.where in report.problem


def test_a_large_array_takes_few_evaluations():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3072)), rng.integers(0, 50, 20)
    W, b = rng.standard_normal((50, 3072)) * 1e-2, np.zeros(50)
    _, dW, _ = softmax(W, b, X, y, 0.1)
    report = check_gradient(lambda V: softmax(V, b, X, y, 0.1)[0], W, dW, name="dW")
    assert report.passed
    assert report.evaluations < 50
    assert "random directions" in report.compared


def test_the_budget_is_kept():
    x = np.ones((40, 40))
    calls = 0

    def counted(v):
        nonlocal calls
        calls += 1
        return square(v)

    for budget in (10, 100, 400):
        calls = 0
        report = check_gradient(counted, x, np.random.default_rng(0).standard_normal(x.shape), budget=budget)
        assert not report.passed
        assert calls <= budget + 2
        assert report.evaluations == calls


@pytest.mark.parametrize(
    ("given_gradient", "code", "words"),
    [
        (None, "missing", "dx is None"),
        ([1.0, 2.0, 3.0], "dtype", "dx is a list"),
        (np.array([2, 4, 6]), "dtype", "integers"),
        (np.array([2, 4, 6], dtype=complex), "dtype", "complex"),
        (np.array([2, 4, 6], dtype=np.float32), "dtype", "float32"),
        (np.array([[2.0, 4.0, 6.0]]), "shape", "dx has shape (1, 3); expected (3,)"),
        (np.float64(2.0), "shape", "dx has shape ()"),
        (np.array([2.0, np.nan, 6.0]), "nonfinite", "dx[1], is nan"),
        (np.array([2.0, np.inf, -np.inf]), "nonfinite", "2 entries"),
        (np.array([1e308, 4.0, 6.0]), "values", "dx[0]"),
    ],
)
def test_unusable_gradients_are_named(given_gradient, code, words):
    report = check_gradient(square, np.array([1.0, 2.0, 3.0]), given_gradient, name="dx")
    assert not report.passed
    assert report.code == code
    assert words in report.problem


def test_rows_are_never_broadcast():
    report = check_gradient(lambda v: v.sum(), np.ones((3, 4)), np.ones(4))
    assert report.code == "shape"


def test_a_function_that_is_not_deterministic():
    rng = np.random.default_rng(0)
    report = check_gradient(lambda v: square(v) + rng.standard_normal(), np.ones(3), 2 * np.ones(3))
    assert report.code == "random"
    assert "different value each time" in report.problem


def test_a_function_that_changes_its_argument():
    def careless(v):
        v -= 1
        return square(v)

    x = np.ones(3)
    report = check_gradient(careless, x, np.zeros(3), name="dW")
    assert report.code == "changed"
    assert "changes W in place" in report.problem
    np.testing.assert_array_equal(x, np.ones(3))


def test_a_value_that_is_not_finite():
    with np.errstate(divide="ignore"):
        report = check_gradient(lambda v: np.log(v).sum(), np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    assert report.code == "nonfinite"


def test_exceptions_pass_through_and_nothing_is_changed():
    x, gradient = np.ones(3), np.ones(3)
    with pytest.raises(ZeroDivisionError):
        check_gradient(lambda v: 1 / 0, x, gradient)
    np.testing.assert_array_equal(x, 1)
    np.testing.assert_array_equal(gradient, 1)


def test_read_only_arrays_are_fine():
    x, gradient = np.ones(3), 2 * np.ones(3)
    x.flags.writeable = gradient.flags.writeable = False
    assert check_gradient(square, x, gradient).passed


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_kinks_are_left_out_and_counted(slope):
    x = np.array([0.0, 1.0, -2.0, 0.0, 3.0])
    gradient = np.where(x == 0, slope, (x > 0).astype(float))
    report = check_gradient(lambda v: np.maximum(v, 0).sum(), x, gradient)
    assert report.passed, str(report)
    assert report.kinks == 2


def test_a_kink_close_by_is_no_excuse():
    x = np.array([1e-4, 1.0, -1.0])
    assert check_gradient(lambda v: np.abs(v).sum(), x, np.sign(x)).passed
    report = check_gradient(lambda v: np.abs(v).sum(), x, np.array([-1.0, 1.0, -1.0]))
    assert not report.passed
    assert report.worst == (0,)


def test_ties_of_a_maximum_accept_either_routing():
    x = np.array([2.0, 2.0, 1.0])
    for routing in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [1.0, 1.0, 0.0]):
        assert check_gradient(np.max, x, np.array(routing)).passed
    assert not check_gradient(np.max, x, np.array([1.0, 0.0, 1.0])).passed


def test_only_kinks_accept_what_lies_between_the_slopes():
    x = np.zeros(4)
    assert check_gradient(lambda v: np.abs(v).sum(), x, np.zeros(4)).kinks == 4
    assert check_gradient(lambda v: np.abs(v).sum(), x, np.ones(4)).passed
    assert not check_gradient(lambda v: np.abs(v).sum(), x, 7 * np.ones(4)).passed


def test_kinks_in_a_large_array():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((60, 60))
    x[rng.random(x.shape) < 0.1] = 0
    u = rng.standard_normal(x.shape)

    def relu(v):
        return np.maximum(v, 0)

    report = check_gradient(relu, x, u * (x > 0), upstream=u)
    assert report.passed, str(report)
    assert report.kinks > 0
    assert report.evaluations < 400
    assert not check_gradient(relu, x, u, upstream=u).passed


def test_infinite_slopes_are_left_out():
    x = np.array([0.0, 1.0, 4.0])
    report = check_gradient(lambda v: np.sqrt(np.abs(v)).sum(), x, np.array([0.0, 0.5, 0.25]))
    assert report.passed
    assert report.kinks == 1


@pytest.mark.parametrize("size", [1, 3, 50])
def test_zero_gradients(size):
    x = np.random.default_rng(0).standard_normal(size)
    assert check_gradient(lambda v: 3.0, x, np.zeros(size)).passed
    assert check_gradient(lambda v: (v - v).sum(), x, 1e-17 * np.ones(size)).passed
    report = check_gradient(lambda v: 3.0, x, 1e-3 * np.ones(size))
    assert not report.passed


def test_rounding_noise_where_the_gradient_is_zero_is_accepted():
    rng = np.random.default_rng(0)
    x, u = rng.standard_normal((8, 3)), rng.standard_normal((8, 3))
    settings_ = {"eps": 1e-5}

    def shifted(bias):
        return batchnorm_forward(x + bias, np.ones(3), np.zeros(3), settings_)[0]

    cache = batchnorm_forward(x, np.ones(3), np.zeros(3), settings_)[1]
    report = check_gradient(shifted, np.zeros(3), batchnorm_backward(u, cache)[0].sum(axis=0), upstream=u)
    assert report.passed, str(report)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_right_float32_gradients_are_not_refused(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 40)).astype(np.float32), rng.integers(0, 4, 6)
    W, b = (rng.standard_normal((4, 40)) * 0.1).astype(np.float32), np.zeros(4, dtype=np.float32)
    _, dW, _ = softmax(W, b, X, y, 0.1)
    assert dW.dtype == np.float32
    assert check_gradient(lambda V: softmax(V, b, X, y, 0.1)[0], W, dW).passed
    assert not check_gradient(lambda V: softmax(V, b, X, y, 0.1)[0], W, dW * np.float32(1.02)).passed


def test_tolerances_can_be_set():
    x = np.ones(3)
    assert not check_gradient(square, x, 2.001 * x).passed
    assert check_gradient(square, x, 2.001 * x, rtol=1e-2).passed
    assert check_gradient(square, x, 2.001 * x, atol=1e-2).passed


def test_a_function_too_rough_to_differentiate_is_not_passed():
    def rough(v):
        return float(np.sin(1e13 * v).sum())

    report = check_gradient(rough, np.array([0.3, 0.7]), np.zeros(2))
    assert not report.passed


def test_reports_are_frozen_and_readable():
    report = check_gradient(square, np.arange(6.0).reshape(2, 3), np.zeros((2, 3)), name="dW")
    text = str(report)
    assert text.startswith("✗ dW")
    assert "expected 10, got 0" in text
    assert "Hint:" in text
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.passed = True  # type: ignore[misc]


@pytest.mark.parametrize("shape", [(3,), (100,), (70, 50), (2, 3, 4, 5), (1, 1)])
def test_pictures_are_at_most_32_by_32(shape):
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape)
    report = check_gradient(square, x, rng.standard_normal(shape), budget=20_000)
    assert 1 <= len(report.picture) <= 32
    assert len({len(row) for row in report.picture}) == 1
    assert 1 <= len(report.picture[0]) <= 32
    assert all(0 <= value <= 1 for row in report.picture for value in row)


def test_the_same_check_gives_the_same_report():
    x = np.random.default_rng(0).standard_normal((30, 30))
    assert str(check_gradient(square, x, x)) == str(check_gradient(square, x, x))


def test_empty_arrays_pass():
    assert check_gradient(lambda v: v.sum(), np.zeros((0, 4)), np.zeros((0, 4))).passed

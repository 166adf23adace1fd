import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labkit.gradcheck import numerical_gradient

seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.integers(1, 6), st.integers(1, 6))
@example(303212922, 4, 5)  # an entry near 0, and so a short step
@settings(max_examples=25, deadline=None)
def test_linear_functions_are_exact(seed, n, m):
    rng = np.random.default_rng(seed)
    A, x, u = rng.standard_normal((m, n)), rng.standard_normal(n), rng.standard_normal(m)
    gradient = numerical_gradient(lambda v: A @ v, x, upstream=u)
    np.testing.assert_allclose(gradient, A.T @ u, rtol=1e-9, atol=2e-8)


@given(seeds, st.floats(-6, 6))
@settings(max_examples=25, deadline=None)
def test_steps_fit_the_scale_of_x(seed, power):
    scale = 10.0**power
    x = np.random.default_rng(seed).standard_normal((2, 3)) * scale
    gradient = numerical_gradient(lambda v: np.sin(v / scale).sum(), x)
    np.testing.assert_allclose(gradient * scale, np.cos(x / scale), atol=1e-8)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_entries_permute_with_x(seed):
    rng = np.random.default_rng(seed)
    x, order = rng.standard_normal(7), rng.permutation(7)

    def f(v):
        return np.exp(np.sort(v)).sum()

    np.testing.assert_allclose(numerical_gradient(f, x[order]), numerical_gradient(f, x)[order], rtol=1e-7)


def test_entries_of_very_different_size():
    x = np.array([1e-3, 1.0, 1e3])
    gradient = numerical_gradient(lambda v: np.log(v).sum(), x)
    np.testing.assert_allclose(gradient * x, 1, rtol=1e-7)


def test_large_mean_with_small_variation():
    x = np.random.default_rng(0).standard_normal((6, 2)) + np.array([0.0, 1e5])
    gradient = numerical_gradient(lambda v: ((v - v.mean(axis=0)) ** 2).sum() / 2, x)
    np.testing.assert_allclose(gradient, x - x.mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("h", [None, 1e-5])
def test_worked_example_of_the_lecture(h):
    W, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    by_W = numerical_gradient(lambda V: ((V @ x) ** 2).sum(), W, h=h)
    by_x = numerical_gradient(lambda v: ((W @ v) ** 2).sum(), x, h=h)
    np.testing.assert_allclose(by_W, [[0.088, 0.176], [0.104, 0.208]], rtol=1e-8)
    np.testing.assert_allclose(by_x, [-0.112, 0.636], rtol=1e-8)


def test_a_given_step_means_plain_central_differences():
    x, h = np.array([0.7]), 0.1
    assert numerical_gradient(lambda v: np.exp(v[0]), x, h=h)[0] == pytest.approx(
        (np.exp(0.8) - np.exp(0.6)) / 0.2, rel=1e-12
    )


def test_float32_is_differentiated_in_float64():
    x = np.array([0.5, -2.0], dtype=np.float32)
    gradient = numerical_gradient(lambda v: (v**3).sum(), x)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, 3 * x.astype(float) ** 2, rtol=1e-9)


def test_a_function_that_computes_in_float32_inside():
    x = np.random.default_rng(1).standard_normal(5)
    gradient = numerical_gradient(lambda v: (v.astype(np.float32) ** 2).sum(), x)
    np.testing.assert_allclose(gradient, 2 * x, rtol=1e-3, atol=1e-3)


def test_scalars_and_empty_arrays():
    assert numerical_gradient(lambda v: v**2, 3.0) == pytest.approx(6.0)
    assert numerical_gradient(lambda v: v.sum(), np.zeros((0, 3))).shape == (0, 3)


def test_x_is_not_changed_even_when_f_writes_and_raises():
    x = np.arange(4.0)

    def destructive(v):
        v += 1
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        numerical_gradient(destructive, x)
    np.testing.assert_array_equal(x, np.arange(4.0))


def test_callers_mistakes_have_clear_errors():
    with pytest.raises(TypeError, match="int64"):
        numerical_gradient(lambda v: v.sum(), np.arange(3))
    with pytest.raises(ValueError, match="upstream"):
        numerical_gradient(lambda v: v, np.ones(3))
    with pytest.raises(ValueError, match=r"\(2,\)"):
        numerical_gradient(lambda v: v, np.ones(3), upstream=np.ones(2))
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(lambda v: v.sum(), np.ones(3), h=0.0)
